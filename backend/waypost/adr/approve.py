"""Writes an approval into a decision's front matter, where it belongs, and leaves every other byte as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import yaml

from waypost.adr.approving import ApprovalState, Standing, text_hash
from waypost.adr.model import Approval, Decision, Decisions, State
from waypost.adr.standings import find_standing
from waypost.core.errors import ConflictError, InputError
from waypost.core.frontmatter import front_matter_end, read_entries, split_lines, yaml_text
from waypost.core.markdownfile import parse_markdown
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace

_KEY = "approvals"
_BEFORE = ("informed", "consulted", "decision-makers", "decided", "proposed", "scope", "status")
"""Keys that approvals stand behind, the nearest first."""
_OPEN = (State.PROPOSED, State.ACCEPTED)


def approve(
    workspace: Workspace, knowledge: Knowledge, name: str, approval: Approval, *, today: date
) -> tuple[Approval, Standing]:
    """Write *approval* of the decision *name*, bound to its text as it is; return it, and what stands then.

    Args:
        approval: Who approves, and on which day; its text is found here.

    Raises:
        NotFoundError: There is no such decision.
        ConflictError: It would not count, or there is nothing to approve.
        InputError: The front matter cannot be edited.
    """
    decisions = knowledge[Decisions]
    decision = decisions.get(name)
    _must_be_open(decision)
    given = replace(approval, text=text_hash(decision, decisions))
    approved = replace(decision, approvals=(*decision.approvals, given))
    then = find_standing(workspace, knowledge, approved, today)
    judged = then.approvals[-1]
    if judged.state is not ApprovalState.COUNTS:
        raise ConflictError(f"{decision.path}: this approval would not count: {judged.reason}")
    path = workspace.root / decision.path
    text = workspace.read_bytes(decision.path).decode()
    path.write_bytes(with_approval(decision.path, text, given).encode())
    return given, then


def _must_be_open(decision: Decision) -> None:
    if not decision.is_own_format:
        told = f"approvals are kept in Waypost's own format, and this is '{decision.format}'"
        raise ConflictError(f"{decision.path}: {told}; 'waypost adr import' converts it")
    if decision.state not in _OPEN:
        told = f"is {decision.state or decision.status}: only what is proposed or accepted is approved"
        raise ConflictError(f"{decision.path}: {told}")


def with_approval(path: str, text: str, approval: Approval) -> str:
    """Return *text*, the file at *path*, with *approval* as the last of its approvals.

    Raises:
        InputError: The front matter is not written as it can be edited.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = split_lines(text.removeprefix(mark))
    if not front_matter_end(lines):
        raise InputError(path, ["has no front matter"])
    item = f"{{by: {approval.by}, on: {approval.on}, text: {yaml_text(approval.text)}}}"
    entry = next((entry for entry in read_entries(lines) if entry.key == _KEY), None)
    if entry is None:
        at = _place(lines)
        lines[at:at] = [f"{_KEY}:{_ending(lines)}", f"  - {item}{_ending(lines)}"]
    else:
        lines[entry.first : entry.last] = _with_item(path, lines[entry.first : entry.last], item)
    edited = mark + "".join(lines)
    _must_say(path, text, edited, approval)
    return edited


def _ending(lines: list[str]) -> str:
    return lines[0][len(lines[0].rstrip("\r\n")) :] or "\n"


def _place(lines: list[str]) -> int:
    entries = {entry.key: entry for entry in read_entries(lines)}
    near = next((entries[key] for key in _BEFORE if key in entries), None)
    return near.last if near else front_matter_end(lines)


def _with_item(path: str, block: list[str], item: str) -> list[str]:
    """Return the lines of the key ``approvals`` with *item* as its last."""
    try:
        root = yaml.compose("".join(block), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise InputError(path, [f"'{_KEY}:' is no YAML that can be edited; write by hand: {item}"]) from error
    value = root.value[0][1] if isinstance(root, yaml.MappingNode) else None
    if value is None:
        raise InputError(path, [f"'{_KEY}:' cannot be found; write by hand: {item}"])
    ending = _ending(block)
    if not isinstance(value, yaml.SequenceNode) or not value.value:
        # Nothing is there yet, said as [] or by leaving it empty.
        start, end = value.start_mark, value.end_mark
        line = block[start.line]
        block[start.line] = line[: start.column].rstrip(" ") + line[end.column :]
        return [*block[: start.line + 1], f"  - {item}{ending}", *block[start.line + 1 :]]
    if value.flow_style:
        return _in_brackets(block, value, item)
    at = _last_line(value) + 1
    if not block[at - 1].endswith(("\n", "\r")):
        block[at - 1] += ending
    return [*block[:at], f"{' ' * value.start_mark.column}- {item}{ending}", *block[at:]]


def _in_brackets(block: list[str], value: yaml.SequenceNode, item: str) -> list[str]:
    last = value.value[-1]
    line, column = last.end_mark.line, last.end_mark.column
    before, after = block[line][:column], block[line][column:]
    rest = after.lstrip()
    if rest.startswith(","):
        before, after = f"{before},", rest[1:] if rest[1:].strip() else after.replace(",", "", 1)
    else:
        before += ","
    start = last.start_mark
    if not block[start.line][: start.column].strip() and "]" not in after:
        # Each stands on a line of its own, with its comment.
        return [
            *block[:line],
            before + after,
            f"{' ' * start.column}{item}{_ending(block)}",
            *block[line + 1 :],
        ]
    return [*block[:line], f"{before} {item}{after}", *block[line + 1 :]]


def _last_line(node: yaml.Node) -> int:
    """Return the last line that *node* stands on; the end that YAML gives a block is where the next thing begins."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        # The end of a block scalar is the beginning of the line below it.
        is_block = getattr(node, "style", None) in ("|", ">")
        return int(node.end_mark.line) - is_block
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def _must_say(path: str, text: str, edited: str, approval: Approval) -> None:
    """Make sure that *edited* says what *text* did, and *approval*: nothing is written on a guess."""
    old, new = parse_markdown(path, text), parse_markdown(path, edited)
    given = {"by": approval.by, "on": str(approval.on), "text": approval.text}
    wanted = {**old.front_matter, _KEY: [*(old.front_matter.get(_KEY) or ()), given]}
    read = {**new.front_matter}
    if isinstance(read.get(_KEY), list) and read[_KEY]:
        read[_KEY] = [*read[_KEY][:-1], {key: str(value) for key, value in read[_KEY][-1].items()}]
    if new.faults or read != wanted or new.body != old.body:
        raise InputError(
            path, [f"'{_KEY}:' is written in a way that cannot be edited; write by hand: {given}"]
        )
