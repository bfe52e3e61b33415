"""The text of a PromQL expression: its tokens with their places, the variables in it, and where a fault stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`)"""
    r"""|(?P<variable>\$\{[^}\n]*\}|\$[A-Za-z_]\w*|\[\[\w+(?::\w+)?\]\])"""
    r"""|(?P<number>0[xX][0-9a-fA-F]+|\d[\d_.]*(?:[eE][+-]?\d+)?(?:[a-z]+(?:\d+[a-z]+)*)?|\.\d+)"""
    r"""|(?P<word>[A-Za-z_:][\w:]*)"""
    r"""|(?P<sign>==|!=|<=|>=|=~|!~|[-+*/%^<>=@])"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,:])|(?P<other>.)""",
    re.DOTALL,
)
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_OPERATORS: Final = frozenset({"and", "or", "unless", "atan2"})
_MODIFIERS: Final = frozenset(
    {"by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"}
)
_VARIABLE: Final = re.compile(r"\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression: its kind, its text, and where it starts, from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Use:
    """A name in an expression and where it starts, from 0."""

    name: str
    start: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of *text*, without space and comments."""
    return tuple(
        Token(match.lastgroup or "", match[0], match.start())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    )


def depth_of(tokens: Sequence[Token]) -> int:
    """Return how deep the expression goes: open brackets, and signs before one value."""
    depth = deepest = signs = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        signs = signs + 1 if token.kind == "sign" else 0
        deepest = max(deepest, depth + signs)
    return deepest


def variables_of(tokens: Sequence[Token]) -> Iterator[Use]:
    """Give the variables of *tokens*, those inside strings too."""
    for token in tokens:
        if token.kind == "variable":
            yield _use(token.text, token.start)
        elif token.kind == "string":
            for match in re.finditer(r"\$\{[^}\n]*\}|\$[A-Za-z_]\w*", token.text):
                yield _use(match[0], token.start + match.start())


def _use(text: str, start: int) -> Use:
    match = _VARIABLE.match(text)
    return Use(match[1] if match else "", start)


def fill_variables(text: str, tokens: Sequence[Token], *, as_number: bool) -> str:
    """Return *text* with something of the same length for each variable outside strings.

    Where only a duration can stand there is one; elsewhere a name, or with *as_number* a number.
    """
    pieces: list[str] = []
    at = 0
    in_brackets = False
    for before, token in pairwise((Token("", "", 0), *tokens)):
        if token.text == "[":
            in_brackets = True
        elif token.text == "]":
            in_brackets = False
        if token.kind != "variable":
            continue
        width = len(token.text)
        if in_brackets or before.text.lower() == "offset":
            value = "1m".ljust(width)
        elif as_number:
            value = "1".ljust(width)
        else:
            value = re.sub(r"\W", "_", token.text)
        pieces += (text[at : token.start], value)
        at = token.start + width
    return "".join((*pieces, text[at:]))


def find_fault(tokens: Sequence[Token], message: str) -> tuple[int, str]:
    """Return where the expression stops making sense, and the fault in words; the parser tells no place.

    *message* is the parser's. Where nothing better is known, the place is the first token.
    """
    for look in (_unknown_character, _unbalanced, lambda found: _named(found, message), _misplaced):
        place = look(tokens)
        if place is not None:
            start, words = place
            return start, words or message
    return (tokens[0].start if tokens else 0), message


_Place = tuple[int, str] | None


def _unknown_character(tokens: Sequence[Token]) -> _Place:
    for token in tokens:
        if token.kind == "other":
            quote = (
                "a quotation mark that is not closed"
                if token.text in "\"'`"
                else f"'{token.text}' means nothing here"
            )
            return token.start, quote
        escape = (
            re.search(r"\\([^abfnrtv\\'\"0-7xuU])", token.text)
            if token.kind == "string" and token.text[0] != "`"
            else None
        )
        if escape:
            return (
                token.start + escape.start(),
                f"no escape is written \\{escape[1]}; a backslash in a string is written \\\\",
            )
    return None


def _unbalanced(tokens: Sequence[Token]) -> _Place:
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened or _PAIRS[opened[-1].text] != token.text:
                return token.start, f"'{token.text}' closes nothing that is open"
            opened.pop()
    return (opened[-1].start, f"'{opened[-1].text}' is never closed") if opened else None


def _named(tokens: Sequence[Token], message: str) -> _Place:
    """Return the token that the parser's *message* quotes."""
    quoted = re.search(r"'([^']+)'", message) or re.search(r"(?:syntax|string|regex for):? (\S+)", message)
    wanted = quoted[1] if quoted else ""
    if wanted in ("", "["):
        return None
    for token, following in pairwise((*tokens, Token("", "", 0))):
        is_meant = (
            following.text == "("
            if "function" in message
            else token.kind == "string" or "regex" not in message
        )
        if is_meant and wanted in (token.text.strip("\"'`"), re.sub(r"\W", "_", token.text)):
            return token.start, ""
    return next(((token.start, "") for token in tokens if wanted in token.text), None)


def _misplaced(tokens: Sequence[Token]) -> _Place:
    """Return the first token that cannot follow the one before it."""
    end = Token("end", "", tokens[-1].start + len(tokens[-1].text)) if tokens else Token("end", "", 0)
    if not tokens:
        return 0, "no expression is here"
    braces = 0
    for token, following in pairwise((*tokens, end)):
        braces += (token.text == "{") - (token.text == "}")
        if braces or following.text == "{":
            continue
        if _is_operator(token) and (following.kind in ("end", "close", "comma")):
            return token.start, f"nothing stands behind '{token.text}'"
        if _is_operator(token) and _is_operator(following) and following.text not in ("+", "-"):
            return following.start, f"nothing stands between '{token.text}' and '{following.text}'"
        if _ends_value(token) and _begins_value(following) and not _may_stand_together(token, following):
            return following.start, f"an operator is missing before '{following.text}'"
    return None


def _is_operator(token: Token) -> bool:
    return (token.kind == "sign" and token.text != "@") or (
        token.kind == "word" and token.text.lower() in _OPERATORS
    )


def _ends_value(token: Token) -> bool:
    is_name = token.kind == "word" and token.text.lower() not in _OPERATORS | _MODIFIERS
    return is_name or token.kind in ("number", "string", "close", "variable")


def _begins_value(token: Token) -> bool:
    is_name = token.kind == "word" and token.text.lower() not in _OPERATORS | _MODIFIERS
    return is_name or token.kind in ("number", "string", "variable")


def _may_stand_together(token: Token, following: Token) -> bool:
    # sum by (x) foo(…) and a / on (x) b: a list of labels is followed by a value.
    return token.text == ")" and following.kind in ("word", "number", "variable")
