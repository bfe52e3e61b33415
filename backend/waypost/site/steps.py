"""Commands that say what they do: shell fences with ``effect=``, told apart by words and shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markupsafe import escape

_OPENS = re.compile(r"^(?P<before>[\s>]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)$")
_BRACED = re.compile(r"""^\s*\{(?P<inside>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^}"'])*)\}\s*$""")
_ATTRIBUTE = re.compile(r"""([\w-]+)=("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"']+)""")
_LANGUAGE: Final = re.compile(r"(?:\A|\s)\.?([A-Za-z][\w+-]*)")
_OURS: Final = ("effect", "expect", "undo", "precondition")
_BEFORE: Final = {"precondition": "Only when", "undo": "Undo"}
_BEHIND: Final = {"expect": "Expect"}
_CLASS: Final = "wp-fence-"
# As runbooks know them; what another word may do is not known, so it is shown as a change.
_WORDS: Final = {
    "read": ("Only reads", "It changes nothing."),
    "change": ("Changes something", ""),
    "destructive": ("Destructive", "Stop and read before you run it."),
}


@dataclass(slots=True)
class Steps:
    """The fences of one page that say what they do, in order."""

    found: list[dict[str, str]] = field(default_factory=list)

    def register(self, md: Markdown) -> None:
        """Take the attributes off the fences before they are read, and show them once they are HTML."""
        # 26: before superfences and fenced_code, which would drop what they do not know.
        md.preprocessors.register(_TakeAttributes(md, self), "waypost_steps", 26)
        md.postprocessors.register(_ShowEffects(md, self), "waypost_steps", 6)


class _TakeAttributes(Preprocessor):
    def __init__(self, md: Markdown, steps: Steps) -> None:
        super().__init__(md)
        self._steps = steps

    def run(self, lines: list[str]) -> list[str]:
        """Replace the attributes of ours in every opening line by a class that names their place."""
        closing = ""
        taken = []
        for line in lines:
            opens = _OPENS.match(line)
            if closing:
                stripped = line.strip(" \t>")
                closing = "" if set(stripped) == {closing[0]} and len(stripped) >= len(closing) else closing
            elif opens:
                closing = opens["ticks"]
                line = self._take(opens) or line  # noqa: PLW2901  # The line as it goes on.
            taken.append(line)
        return taken

    def _take(self, opens: re.Match[str]) -> str | None:
        braced = _BRACED.match(opens["info"])
        if braced is None:
            return None
        ours = {name: _unquoted(text) for name, text in _ATTRIBUTE.findall(braced["inside"]) if name in _OURS}
        if "effect" not in ours:
            return None
        rest = _ATTRIBUTE.sub(lambda m: "" if m[1] in _OURS else m[0], braced["inside"])
        language = _LANGUAGE.search(rest)
        self._steps.found.append({**ours, "language": language[1] if language else ""})
        name = f".{_CLASS}{len(self._steps.found) - 1}"
        return f"{opens['before']}{opens['ticks']} {{{' '.join(rest.split())} {name}}}"


class _ShowEffects(Postprocessor):
    # What Pygments writes, what superfences writes without it, and what fenced_code writes.
    _BLOCK = re.compile(
        rf'<div class="[^"]*\b{_CLASS}(\d+)\b[^"]*">.*?</pre></div>'
        rf'|<pre[^>]*><code class="[^"]*\b{_CLASS}(\d+)\b[^"]*">.*?</code></pre>'
        rf'|<pre class="[^"]*\b{_CLASS}(\d+)\b[^"]*">.*?</pre>',
        re.DOTALL,
    )

    def __init__(self, md: Markdown, steps: Steps) -> None:
        super().__init__(md)
        self._steps = steps

    def run(self, text: str) -> str:
        """Put what each command does before it."""
        return self._BLOCK.sub(self._show, text)

    def _show(self, block: re.Match[str]) -> str:
        number = int(next(group for group in block.groups() if group is not None))
        plain = re.sub(rf"\s?\b{_CLASS}\d+\b", "", block[0])
        return step_html(self._steps.found[number], plain, number + 1)


def step_html(attributes: dict[str, str], block: str, number: int) -> str:
    """Return the code *block* as step *number* of its page, with what it does told before it.

    When it may be run and how to take it back stand before the command, which is read from the top; what to
    expect behind it.
    """
    effect = attributes["effect"]
    known = effect if effect in _WORDS else "change"
    word, more = _WORDS.get(effect, (effect, ""))
    told = f"<b>{escape(word)}</b>{f' {more}' if more else ''}"
    language = escape(attributes.get("language", ""))
    place = f'<a class="wp-step__number" href="#step-{number}">Step {number}</a>'
    return (
        f'<div class="wp-step wp-step--{known}" id="step-{number}" data-language="{language}">'
        f'<p class="wp-step__effect">{place} {told}</p>'
        f"{_rows(attributes, _BEFORE)}{block}{_rows(attributes, _BEHIND)}</div>"
    )


def _rows(attributes: dict[str, str], told: Mapping[str, str]) -> str:
    return "".join(
        f'<p class="wp-step__{name}"><b>{label}:</b> {_value(name, attributes[name])}</p>'
        for name, label in told.items()
        if name in attributes
    )


def _value(name: str, text: str) -> str:
    # An undo is a command, unless it says that there is none.
    is_command = name == "undo" and not text.lower().startswith("none")
    return f"<code>{escape(text)}</code>" if is_command else f"<span>{escape(text)}</span>"


def _unquoted(text: str) -> str:
    if text[:1] in ("'", '"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
