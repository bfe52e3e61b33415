"""Who must approve a decision, and which of its approvals count: those of the right people, for the text as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from waypost.adr.approved_text import SHORTEST_HASH, is_hash, is_of, text_hash
from waypost.adr.model import Approval, Decision, Decisions
from waypost.adr.rights import Rights, Scope
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError

__all__ = ["ApprovalState", "Judged", "Standing", "StandingState", "standing", "text_hash"]


class ApprovalState(StrEnum):
    """What becomes of one approval."""

    COUNTS = "counts"
    LAPSED = "lapsed"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"
    SELF = "self"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"
    UNBOUND = "unbound"
    UNDATED = "undated"
    FUTURE = "future"
    EARLY = "early"


class StandingState(StrEnum):
    """Where a decision stands with its approvals, in one word."""

    NOT_NEEDED = "not-needed"
    APPROVED = "approved"
    LAPSED = "lapsed"
    MISSING = "missing"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Judged:
    """One approval, at its *place* in the list: whether it counts, for which groups, and why it does not."""

    approval: Approval
    place: int
    state: ApprovalState
    reason: str = ""
    groups: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Who approved."""
        return self.approval.by

    @property
    def on(self) -> date | None:
        """The day on which they did."""
        return self.approval.on

    @property
    def text(self) -> str:
        """The hash of the text that they approved, as written."""
        return self.approval.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a decision needs, and what it has.

    ``trigger`` is the one that demands ``scope``, "" where only the decision itself names it. ``text`` is the
    hash that an approval given now would be bound to, "" in other formats than ours. ``is_asked`` is False
    where the approvals that are needed are not asked for: it was decided before the rights were in force.
    """

    decision: str
    text: str
    scope: Scope | None = None
    trigger: str = ""
    approvals: tuple[Judged, ...] = ()
    is_asked: bool = True

    @property
    def counting(self) -> tuple[Judged, ...]:
        """The approvals that count."""
        return tuple(judged for judged in self.approvals if judged.state is ApprovalState.COUNTS)

    @property
    def lapsed(self) -> tuple[Judged, ...]:
        """The approvals of another text, which count no longer."""
        return tuple(judged for judged in self.approvals if judged.state is ApprovalState.LAPSED)

    @property
    def counted(self) -> int:
        """How many approvals count."""
        return len(self.counting)

    @property
    def scope_name(self) -> str:
        """What the scope is called, "" where none is known."""
        return self.scope.name if self.scope else ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups whose approvals count."""
        return self.scope.groups if self.scope else ()

    @property
    def needed(self) -> int:
        """How many approvals it takes."""
        return self.scope.quorum if self.scope and self.scope.asks else 0

    @property
    def missing(self) -> int:
        """How many approvals are still to come."""
        short = sum(self._short_of(group) for group in self.missing_from)
        return max(self.needed - len(self.counting), short, 0)

    @property
    def missing_from(self) -> tuple[str, ...]:
        """The groups that must each still approve, whatever others do."""
        return tuple(group for group in self.groups if self._short_of(group))

    def _short_of(self, group: str) -> int:
        each = self.scope.each if self.scope else 0
        return max(each - sum(group in judged.groups for judged in self.counting), 0)

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def state(self) -> StandingState:
        """Where it stands, in one word."""
        if not self.needed:
            return StandingState.NOT_NEEDED
        if self.is_met:
            return StandingState.APPROVED
        if not self.is_asked:
            return StandingState.NOT_ASKED
        return StandingState.LAPSED if self.lapsed else StandingState.MISSING


def standing(
    decision: Decision, decisions: Decisions, catalog: Catalog, *, today: date, author: str = ""
) -> Standing:
    """Return what *decision* needs by the workspace's decision rights, and which of its approvals count.

    Args:
        decision: The decision.
        decisions: All of the workspace: its rights, and what the text may cite.
        catalog: Who is a member of which group.
        today: The day on which it is asked: an approval of a later one does not count.
        author: The reference of the user who wrote the decision, "" where nobody knows.
    """
    rights = decisions.rights
    scope, trigger = rights.widest(decision.scope, decision.triggers)
    # Other formats have no approvals, and so nothing that a hash would be compared with.
    hashed = text_hash(decision, decisions) if decision.is_own_format else ""
    judge = _Judge(decision, catalog, scope, hashed, today, author)
    return Standing(
        decision=decision.id,
        text=hashed,
        scope=scope,
        trigger=trigger,
        approvals=tuple(_without_repeats(judge.judged())),
        is_asked=is_asked(decision, rights),
    )


def is_asked(decision: Decision, rights: Rights) -> bool:
    """Tell whether *decision* was decided when the rights were in force, or is not decided yet."""
    day = decision.decided or decision.dated
    return rights.since is None or day is None or day >= rights.since


@dataclass(frozen=True, slots=True)
class _Judge:
    decision: Decision
    catalog: Catalog
    scope: Scope | None
    hashed: str
    today: date
    author: str

    def judged(self) -> Iterator[Judged]:
        for place, approval in enumerate(self.decision.approvals):
            groups = groups_of(approval.by, self.catalog)
            entitled = tuple(group for group in (self.scope.groups if self.scope else ()) if group in groups)
            counts = (ApprovalState.COUNTS, "")
            state, reason = next(self._objections(approval, entitled), counts)
            yield Judged(approval, place, state, reason, entitled)

    def _objections(
        self, approval: Approval, entitled: tuple[str, ...]
    ) -> Iterator[tuple[ApprovalState, str]]:
        """Give every reason why *approval* does not count, the gravest first."""
        proposed, scope = self.decision.proposed, self.scope
        if self.catalog.find(approval.by) is None:
            yield ApprovalState.UNKNOWN, f"{approval.by} is not in the catalog"
        if approval.on is None:
            yield ApprovalState.UNDATED, "it has no day"
        elif approval.on > self.today:
            yield ApprovalState.FUTURE, f"its day, {approval.on}, has not come"
        elif proposed and approval.on < proposed:
            yield ApprovalState.EARLY, f"it is of {approval.on}, before the proposal of {proposed}"
        if scope and scope.asks and not entitled:
            yield ApprovalState.OUTSIDE, f"scope '{scope.name}' does not ask {approval.by}"
        if scope and scope.asks and self._is_own(approval.by):
            yield ApprovalState.SELF, f"{approval.by} is among those who made the decision"
        if not is_hash(approval.text):
            digits = f"a hash has {SHORTEST_HASH} to 64 hexadecimal digits"
            yield ApprovalState.UNBOUND, f"it names no text: {digits}"
        elif not is_of(approval.text, self.hashed):
            yield ApprovalState.LAPSED, f"text changed since {approval.on}"

    def _is_own(self, approver: str) -> bool:
        """Tell whether *approver* made it: the author, a person who decides, or a group of nobody but such.

        A board that decides is what a scope asks: that it stands among the decision-makers is no self-approval.
        """
        deciders = self.decision.deciders
        makers = {ref for name in deciders if (ref := _reference(name)).startswith("user:")}
        makers |= {self.author} - {""}
        if approver in makers:
            return True
        found = self.catalog.get(approver)
        if found.ref.kind == "user":
            return found.title.casefold() in {name.casefold() for name in deciders}
        members = {str(ref) for ref in found.relations("hasMember")}
        return bool(members) and members <= makers


def groups_of(approver: str, catalog: Catalog) -> frozenset[str]:
    """Return the groups that *approver* speaks for: itself, or those that the user is a member of."""
    found = catalog.find(approver)
    if found is None or found.ref.kind == "group":
        return frozenset({approver})
    return frozenset(str(ref) for ref in found.relations("memberOf"))


def _reference(name: str) -> str:
    """Return *name* as references are written, or as it is where it is none."""
    if not name.startswith(("group:", "user:")):
        return name
    try:
        return str(EntityRef.parse(name))
    except InputError:
        return name


def _without_repeats(judged: Iterator[Judged]) -> Iterator[Judged]:
    """Let each approver count once: what came before a later approval is replaced, a second one a duplicate."""
    found = list(judged)
    counted: set[str] = set()
    counting = {one.approval.by for one in found if one.state is ApprovalState.COUNTS}
    for one in found:
        by, state, reason = one.approval.by, one.state, one.reason
        if state is ApprovalState.COUNTS and by in counted:
            state, reason = ApprovalState.DUPLICATE, f"{by} has approved this text already"
        elif state is ApprovalState.LAPSED and by in counting:
            state, reason = ApprovalState.REPLACED, f"{by} has approved the changed text"
        counted |= {by} if state is ApprovalState.COUNTS else set()
        yield Judged(one.approval, one.place, state, reason, one.groups)
