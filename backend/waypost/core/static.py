"""The built site as static files: index pages, a page for what is not there, nothing outside the folder."""

from __future__ import annotations

import mimetypes
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

SITE_ENDPOINT: Final = "site"
# The system's table may lack them, or call JavaScript by its old name.
_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
}
_TEXTS: Final = ("text/", "image/svg", "application/json", "application/manifest", "application/xml")
_HASHED: Final = re.compile(r"\.[0-9a-f]{8,}\.(min\.)?\w+$")
_YEAR_SECONDS: Final = 31_536_000


def serve_site(app: Flask, site: Path) -> None:
    """Make *app* serve the files of *site* at ``/``. The folder may come later, or be replaced."""

    def page(path: str = "") -> Response:
        return find_page(site, path)

    app.add_url_rule("/", SITE_ENDPOINT, page)
    app.add_url_rule("/<path:path>", SITE_ENDPOINT, page)


def find_page(site: Path, path: str) -> Response:
    """Return the file of *site* at *path*, the index page of a folder, or the site's own page for 404.

    Raises:
        NotFound: Neither the file nor a page for that is there, or the path is the API's.
    """
    file = None if path.startswith("api/") else _locate(site, path)
    if file is not None and file.is_dir():
        if path and not path.endswith("/"):
            query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
            return Response(b"", 308, [("Location", f"/{quote(path)}/{query}")])
        file = _locate(site, f"{path}index.html")
    if file is not None and file.is_file():
        return _send(file)
    missing = site / "404.html"
    if path.startswith("api/") or not missing.is_file():
        raise NotFound
    return Response(missing.read_bytes(), 404, [("Content-Type", "text/html; charset=utf-8")])


def _locate(site: Path, path: str) -> Path | None:
    joined = safe_join(str(site), path)
    if joined is None or "\0" in joined:
        return None
    # A symbolic link may lead anywhere: what counts is where it ends.
    try:
        root = site.resolve()
        found = Path(joined).resolve(strict=True)
    except (OSError, RuntimeError):  # Not there, longer than a name may be, or links in a circle.
        return None
    return found if found.is_relative_to(root) else None


def _send(file: Path) -> Response:
    kind = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if kind.startswith(_TEXTS):
        kind += "; charset=utf-8"
    about = file.stat()
    lasting = _HASHED.search(file.name) is not None
    headers = [
        ("Content-Type", kind),
        ("Cache-Control", f"public, max-age={_YEAR_SECONDS}, immutable" if lasting else "no-cache"),
    ]
    response = Response(file.read_bytes(), 200, headers)
    response.last_modified = datetime.fromtimestamp(about.st_mtime, UTC)
    response.set_etag(f"{about.st_mtime_ns:x}-{about.st_size:x}")
    response.make_conditional(request, accept_ranges=True, complete_length=about.st_size)
    return response
