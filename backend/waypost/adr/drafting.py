"""What a new decision needs to be right from the start: known triggers, a scope as wide as they demand, known names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from waypost.adr.model import Decisions
from waypost.adr.rights import Rights
from waypost.adr.writing import Draft, make_uid
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError, suggest
from waypost.core.words import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody says of a new decision, as they say it."""

    title: str = ""
    scope: str = ""
    triggers: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    status: str = "draft"
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a new decision may name. Each method takes a name as it is said and returns it as it is written.

    Each raises an ``InputError`` where there is none such, which says what there is instead.
    """

    decisions: Decisions
    catalog: Catalog

    @property
    def rights(self) -> Rights:
        """Who may decide what."""
        return self.decisions.rights

    def trigger(self, name: str) -> str:
        """Return *name*, a trigger of decision-rights.yaml."""
        triggers = self.rights.triggers
        if name not in triggers and self.rights.path:
            hint = suggest(name, triggers, f"Known are: {', '.join(triggers)}.")
            raise InputError(f"trigger '{name}'", [f"{self.rights.path} has none such. {hint}"])
        return name

    def scope(self, name: str, triggers: Sequence[str]) -> str:
        """Return the scope called *name*, or where that is "" the widest that *triggers* demand."""
        rights = self.rights
        if name and rights.scopes and rights.find_scope(name) is None:
            known = [scope.name for scope in rights.scopes]
            hint = suggest(name, known, f"Known are: {', '.join(known)}.")
            raise InputError(f"scope '{name}'", [f"{rights.path} has none such. {hint}"])
        widest, because = rights.widest("", triggers)
        if name and widest and rights.rank(name) < rights.rank(widest.name):
            raise InputError(f"scope '{name}'", [f"the trigger '{because}' demands '{widest.name}'"])
        return name or (widest.name if widest else "")

    def entity(self, name: str) -> str:
        """Return the reference that *name* is short for; a component's kind may be left out."""
        return self._in_catalog(name, "component")

    def decider(self, name: str) -> str:
        """Return who decides: a group of the catalog where *name* is a reference, else a person's name."""
        return self._in_catalog(name, "group") if ":" in name else name

    def _in_catalog(self, name: str, default_kind: str) -> str:
        ref = EntityRef.parse(name, default_kind=default_kind)
        if self.catalog.find(ref) is None:
            refs = list(map(str, self.catalog.entities))
            hint = suggest(str(ref), refs, "Add it to the catalog first, or mend the reference.")
            raise InputError(str(ref), [f"the catalog has no such entity. {hint}"])
        return str(ref)

    def superseded(self, name: str) -> str:
        """Return how a list names the decision *name*: by its number, or its uid where it has none yet."""
        found = self.decisions.find(name)
        if found is None:
            hint = suggest(name, self.decisions.by_id, "'waypost adr list' shows them all.")
            raise InputError(f"decision '{name}'", [f"there is none such. {hint}"])
        if found.number is not None and self.decisions.find(found.number) is found:
            return f"{found.number:04d}"
        return found.uid or found.id

    def uid(self, wanted: str) -> str:
        """Return *wanted*, or a new uid where that is ""."""
        taken = {decision.uid: decision.path for decision in self.decisions.ordered if decision.uid}
        if wanted in taken:
            raise InputError(f"uid '{wanted}'", [f"it is already that of {taken[wanted]}"])
        return wanted or make_uid(taken.keys())

    def approval(self, scope: str) -> str:
        """Return a sentence that says who must approve in *scope*, "" where that is not said."""
        found = self.rights.find_scope(scope)
        if found is None:
            return ""
        if not found.asks:
            return f"Scope {scope}: nobody else has to approve."
        count = counted(found.quorum, "approval")
        return f"Scope {scope}: it takes {count} of {', '.join(found.groups)}."


def make_draft(answers: Answers, known: Known, today: date) -> Draft:
    """Return the draft that *answers* make.

    Raises:
        InputError: Something that is needed is missing, or names nothing; all of it is told at once.
    """
    faults = list(_missing(answers, known))

    def each(names: Iterable[str], check: Callable[[str], str]) -> tuple[str, ...]:
        found = []
        for name in names:
            try:
                found.append(check(name.strip()))
            except InputError as error:
                faults.append(str(error))
        return tuple(dict.fromkeys(found))

    triggers = each(answers.triggers, known.trigger)
    scope = next(iter(each([answers.scope], lambda name: known.scope(name, triggers))), "")
    group = known.rights.find_scope(scope)
    draft = Draft(
        title=" ".join(answers.title.split()),
        uid=next(iter(each([answers.uid], known.uid)), ""),
        today=today,
        status=answers.status,
        scope=scope,
        triggers=triggers,
        affects=each(answers.affects, known.entity),
        supersedes=each(answers.supersedes, known.superseded),
        deciders=each(answers.deciders, known.decider) or (group.groups if group else ()),
    )
    if faults:
        raise InputError("the decision was not written", faults)
    return draft


def _missing(answers: Answers, known: Known) -> Iterable[str]:
    if not answers.title.strip():
        yield "it needs a title: --title"
    if known.rights.scopes and not answers.scope and not answers.triggers:
        scopes = ", ".join(scope.name for scope in known.rights.scopes)
        yield f"it needs a scope, by --trigger or --scope ({scopes})"
