"""Direct answers: reads that need nothing of Flask are answered before it, at a fraction of its cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask

from waypost.core.edge import EXTENSION, Edge
from waypost.core.errors import ServiceUnavailableError
from waypost.core.reply import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import Rule

_METHODS: Final = ("GET", "POST")


class Call:
    """A request, as a view sees it that is answered directly: the same within Flask and before it."""

    __slots__ = ("_read", "edge", "environ")

    def __init__(self, environ: WSGIEnvironment, edge: Edge, read: Callable[[], bytes]) -> None:
        self.environ = environ
        self.edge = edge
        self._read = read

    @property
    def query(self) -> bytes:
        """The query string, as it was sent."""
        query: str = self.environ.get("QUERY_STRING", "")
        return query.encode("latin-1")

    @property
    def content_type(self) -> str:
        """What the client says that the body is."""
        given: str = self.environ.get("CONTENT_TYPE", "")
        return given

    def body(self) -> bytes:
        """Return the body, as it was sent."""
        return self._read()


DirectView = Callable[..., Reply]


class _Pattern(NamedTuple):
    """A path some of whose parts are parameters."""

    literals: tuple[tuple[int, str], ...]
    names: tuple[tuple[int, str], ...]
    view: DirectView


class DirectRoutes:
    """The views of *app* that can be answered without Flask.

    Whatever they cannot answer well, such as an error, goes through Flask as if nothing had been tried; so
    does every request as soon as somebody has hooked into Flask's.
    """

    def __init__(self, app: Flask) -> None:
        # Not the application itself, which holds these routes.
        self._hooks = (
            app.before_request_funcs,
            app.after_request_funcs,
            app.teardown_request_funcs,
            app.teardown_appcontext_funcs,
            app.url_value_preprocessors,
        )
        self._edge: Edge = app.extensions[EXTENSION]
        self._plain: dict[tuple[str, str], DirectView] = {}
        self._patterns: dict[tuple[str, int], list[_Pattern]] = {}
        self._limit: int = app.config["MAX_CONTENT_LENGTH"]
        rules = list(app.url_map.iter_rules())
        for rule in rules:
            view = getattr(app.view_functions[rule.endpoint], "direct", None)
            if view is not None:
                self._add(rule, view, rules)

    def find(self, environ: WSGIEnvironment) -> Reply | None:
        """Return the reply to a request, None where Flask must answer."""
        method: str = environ["REQUEST_METHOD"]
        path: str = environ["PATH_INFO"]
        asked = "GET" if method == "HEAD" else method
        view = self._plain.get((asked, path))
        values: Mapping[str, str] = {}
        if view is None:
            found = self._match(asked, path)
            if found is None:
                return None
            view, values = found
        if any(self._hooks):
            return None
        if asked == "GET":
            return _attempt(view, Call(environ, self._edge, bytes), values)
        body = self._buffered(environ)
        return None if body is None else _attempt(view, Call(environ, self._edge, body.getvalue), values)

    def _match(self, method: str, path: str) -> tuple[DirectView, Mapping[str, str]] | None:
        parts = path.split("/")
        for literals, names, view in self._patterns.get((method, len(parts)), ()):
            for at, text in literals:
                if parts[at] != text:
                    break
            else:
                values = {name: _decoded(parts[at]) for at, name in names}
                return (view, values) if all(values.values()) else None
        return None

    def _buffered(self, environ: WSGIEnvironment) -> BytesIO | None:
        """Return the body of a request, which Flask finds there as well; None where it is not plainly short."""
        length: str = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or int(length) > self._limit:
            return None
        try:
            data = environ["wsgi.input"].read(int(length))
        except ServiceUnavailableError:  # Flask says so, as it says every error.
            return None
        environ["wsgi.input"] = BytesIO(data)
        return BytesIO(data)

    def _add(self, rule: Rule, view: DirectView, rules: list[Rule]) -> None:
        parts = rule.rule.split("/")
        names = tuple((at, part[1:-1]) for at, part in enumerate(parts) if part.startswith("<"))
        for method in _METHODS:
            if method not in (rule.methods or ()):
                continue
            if not names:
                self._plain[method, rule.rule] = view
            elif all(name.isidentifier() for _, name in names) and not _is_ambiguous(rule, rules):
                literals = tuple((at, part) for at, part in enumerate(parts) if not part.startswith("<"))
                pattern = _Pattern(literals, names, view)
                self._patterns.setdefault((method, len(parts)), []).append(pattern)


def _attempt(view: DirectView, call: Call, values: Mapping[str, str]) -> Reply | None:
    try:
        return view(call, **values)
    except Exception:  # noqa: BLE001 - whatever it was, it comes again within Flask, which logs and answers it
        return None


def _is_ambiguous(rule: Rule, rules: list[Rule]) -> bool:
    """Tell whether a path that *rule* matches may be another rule's, which Flask then has to choose between."""
    return any(other.rule != rule.rule and _overlap(rule.rule, other.rule) for other in rules)


def _overlap(one: str, other: str) -> bool:
    ours, theirs = one.split("/"), other.split("/")
    return len(ours) == len(theirs) and all(
        a == b or a.startswith("<") or b.startswith("<") for a, b in zip(ours, theirs, strict=True)
    )


def _decoded(part: str) -> str:
    """Return a part of a path as Flask reads it: servers hand UTF-8 on as Latin-1 (PEP 3333)."""
    return part if part.isascii() else part.encode("latin-1").decode(errors="replace")
