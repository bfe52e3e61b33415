"""Later: parts of a plugin that are imported when somebody first asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, TypeVar, overload

from waypost.core.errors import ConflictError

T_co = TypeVar("T_co", covariant=True)


class Later(Sequence[T_co]):
    """The values that *paths* name, each as ``package.module:name``; a tuple gives its items.

    Nothing is imported before somebody looks at them, so that a command which does not need a feature's
    pages or checks does not wait for them.
    """

    def __init__(self, *paths: str) -> None:
        self._paths = paths
        self._items: tuple[T_co, ...] | None = None

    def __repr__(self) -> str:
        return f"Later({', '.join(map(repr, self._paths))})"

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> T_co | tuple[T_co, ...]:
        """Return one item, or some of them.

        Raises:
            ConflictError: One of the paths names nothing.
        """
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> tuple[T_co, ...]:
        if self._items is None:
            found = [find_part(path) for path in self._paths]
            self._items = tuple(
                item for part in found for item in (part if isinstance(part, tuple) else (part,))
            )
        return self._items


def later(path: str) -> Callable[..., Any]:
    """Return a function that does what the one at *path* does, which is imported with the first call.

    Its attribute ``path`` tells where that is.

    Args:
        path: Where it is, as ``package.module:name``.
    """

    def call(*values: Any, **named: Any) -> Any:
        return find_part(path)(*values, **named)

    call.__qualname__ = call.__name__ = path.partition(":")[2]
    call.__dict__["path"] = path
    return call


def find_part(path: str) -> Any:
    """Return what *path* names, as ``package.module:name``.

    Raises:
        ConflictError: There is no such module, or it has no such name.
    """
    module, _, name = path.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConflictError(f"a plugin's part cannot be imported from {path}: {error}") from error
