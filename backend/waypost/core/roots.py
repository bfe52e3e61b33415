"""Addresses at the root: short ones that people type, which plugins answer beside their routes below ``/api``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from flask import Flask
from werkzeug.routing import BaseConverter

from waypost.core.errors import ConflictError
from waypost.core.plugin import Plugin

_PREFIX: Final = re.compile(r"[a-z][a-z0-9-]{0,19}\Z")
_TAKEN: Final = frozenset({"api", "assets", "healthz", "readyz", "search"})


class _Rest(BaseConverter):
    """The rest of a path, whatever it holds: nothing, slashes, dots. ``<rest:name>`` in a rule."""

    regex = r"[\s\S]*"
    part_isolating = False


def mount_roots(app: Flask, plugins: Iterable[Plugin]) -> None:
    """Mount what *plugins* answer at the site's root; it goes before a file of the site at the same address.

    Raises:
        ConflictError: A prefix is not one plain word, is the host's own, or is another plugin's already.
    """
    app.url_map.converters["rest"] = _Rest
    owners: dict[str, str] = {}
    for plugin in plugins:
        for prefix, make in plugin.roots.items():
            if not _PREFIX.match(prefix) or prefix in _TAKEN:
                raise ConflictError(f"plugin '{plugin.name}' cannot have addresses below '/{prefix}'")
            owner = owners.setdefault(prefix, plugin.name)
            if owner != plugin.name:
                raise ConflictError(
                    f"plugins '{owner}' and '{plugin.name}' both have addresses below '/{prefix}'"
                )
            app.register_blueprint(make(), url_prefix=f"/{prefix}", name=f"{plugin.name}.{prefix}")
