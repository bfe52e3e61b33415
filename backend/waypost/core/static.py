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

from waypost.core.bounded import BoundedCache
from waypost.core.compress import BEST, accepts_gzip, compress, is_worth_it

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
_KEPT_BYTES: Final = 8_000_000
# Of the whole process: what a file holds does not depend on who serves it.
_kept: Final = BoundedCache[tuple[Path, str], bytes](_KEPT_BYTES)


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
    is_text = kind.startswith(_TEXTS)
    about = file.stat()
    version = f"{about.st_mtime_ns:x}-{about.st_size:x}"
    lasting = _HASHED.search(file.name) is not None
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8" if is_text else kind),
        ("Cache-Control", f"public, max-age={_YEAR_SECONDS}, immutable" if lasting else "no-cache"),
    ]
    content = None
    if is_worth_it(about.st_size, kind):
        headers.append(("Vary", "Accept-Encoding"))
        # A part of a file is a part of its own bytes.
        if "Range" not in request.headers and accepts_gzip(request.headers.get("Accept-Encoding", "")):
            content = _packed(file, version)
            version += "-gzip"
            headers.append(("Content-Encoding", "gzip"))
    response = Response(file.read_bytes() if content is None else content, 200, headers)
    response.last_modified = datetime.fromtimestamp(about.st_mtime, UTC)
    response.set_etag(version)
    size = about.st_size if content is None else len(content)
    response.make_conditional(request, accept_ranges=content is None, complete_length=size)
    return response


def _packed(file: Path, version: str) -> bytes:
    """Return *file* compressed; that is done once for each of its versions, as long as there is room."""
    packed = _kept.get((file, version))
    if packed is None:
        packed = compress(file.read_bytes(), BEST)
        _kept.put((file, version), packed, len(packed))
    return packed
