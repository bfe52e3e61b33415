"""Makes a large knowledge base to measure on: the same pages each time, in believable proportions."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import build
from bench import estate

AREAS = ("billing", "claims", "delivery", "identity", "ledger", "pricing", "quotes", "search")
THINGS = (
    "gateway",
    "queue",
    "cache",
    "index",
    "broker",
    "scheduler",
    "bucket",
    "cluster",
    "pipeline",
    "broker",
)
DOING = ("Restore", "Move", "Scale", "Read", "Rotate", "Test", "Publish", "Retire", "Measure", "Explain")
WORDS = re.findall(
    r"\w+",
    "the service reads its settings once when it starts and keeps them until somebody restarts it a change of the"
    " limits therefore needs a roll out which the pipeline does in two steps first one zone and then the others"
    " whoever is on call sees both on the dashboard and can hold the second with one command nothing is lost since"
    " messages wait in the queue for three days and consumers take them up where they stopped",
)
SECTIONS = ("Before you begin", "What it does", "Steps", "When it fails", "Limits", "Who to ask", "See also")
RUNBOOK = (
    "Stop the bleeding", "Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Escalation", "Follow-up",
)  # fmt: skip
PER_COMMIT = 100


def knowledge_base(pages: int, entities: int = 400) -> dict[str, str]:
    """Return the files of a workspace of *pages*: guides, runbooks, decisions, and a catalog."""
    choose = random.Random(20_261_123)  # noqa: S311 - the same pages each time are what is wanted
    named = estate.names(entities)
    paths = list(_paths(pages))
    files = estate.files(entities, per_file=20)
    decisions = [path for path in paths if path.startswith("adr/")]
    for at, path in enumerate(paths):
        write = _Writer(choose, paths, decisions, named, path, at)
        files[path] = write.decision() if path.startswith("adr/") else write.page()
    alerts = [path.rpartition("/")[2].removesuffix(".md") for path in paths if "/runbooks/" in path]
    files["site/runbooks/alerts/rules.yaml"] = _rules(alerts)
    return files


def write_repository(root: Path, files: Mapping[str, str]) -> None:
    """Write *files* below *root*, with a commit for every hundred, a day apart."""
    build.workspace(root, {".gitignore": ".waypost/\n"})
    paths = sorted(files)
    days = range(len(paths) // PER_COMMIT + 1)
    for day in days:
        part = paths[day * PER_COMMIT : (day + 1) * PER_COMMIT]
        build.write_files(root, {path: files[path] for path in part})
        build.commit(root, f"Write part {day}", at=build.NOON - timedelta(days=len(days) - day))


def _paths(pages: int) -> Iterator[str]:
    for at in range(pages):
        area = AREAS[at % len(AREAS)]
        if at % 50 == 7:
            yield f"adr/{at // 50 + 1:04}-use-a-{THINGS[at % 7]}-for-{area}.md"
        elif at % 25 == 3:
            yield f"site/runbooks/{area}/{area.title()}{THINGS[at % 9].title()}Failing{at}.md"
        else:
            yield f"site/{area}/{THINGS[at // 8 % 9]}/{DOING[at // 72 % 10].lower()}-{at:05}.md"


def _rules(alerts: list[str]) -> str:
    rules = "".join(
        f"      - alert: {alert}\n        expr: sum(rate(errors_total[5m])) > 1\n        labels: {{severity: critical}}\n"
        for alert in alerts
    )
    return f"groups:\n  - name: all\n    rules:\n{rules}"


class _Writer:
    """Writes one page of many."""

    def __init__(  # noqa: PLR0917 - all that a page is made from
        self,
        choose: random.Random,
        paths: list[str],
        decisions: list[str],
        named: Mapping[str, list[str]],
        path: str,
        at: int,
    ) -> None:
        self._choose = choose
        self._paths = paths
        self._decisions = decisions
        self._named = named
        self._path = path
        self._at = at
        self._title = f"{DOING[at % 10]} the {AREAS[at % 8]} {THINGS[at // 8 % 9]} {at}"

    def page(self) -> str:
        is_runbook = "/runbooks/" in self._path
        front = self._runbook_front() if is_runbook else self._guide_front()
        sections = RUNBOOK if is_runbook else SECTIONS
        return front + f"# {self._title}\n\n{self._text(2)}" + "".join(map(self._section, sections))

    def decision(self) -> str:
        number = int(self._path.removeprefix("adr/")[:4])
        group = self._choose.choice(self._named["Group"])
        return (
            f"---\nuid: u{number:07}\ntitle: {self._title}\nstatus: accepted\nscope: independent\n"
            f"summary: In the context of {self._title.lower()} we decided for less.\n"
            f"proposed: 2026-01-10\ndecided: 2026-02-10\ndecision-makers: [group:default/{group}]\n"
            f"affects: [{self._component()}]\n---\n\n# {self._title}\n\n{self._text(2)}"
            + "".join(
                self._section(title)
                for title in ("Context and Problem Statement", "Decision Outcome", "Consequences")
            )
        )

    def _guide_front(self) -> str:
        group = self._choose.choice(self._named["Group"])
        if self._at % 5 == 1:
            return f"---\ntitle: {self._title}\ntags: [plain]\n---\n\n"
        return (
            f"---\nkind: guide\ntitle: {self._title}\nowner: group:default/{group}\nstatus: active\n"
            f"about: [{self._component()}, {self._component()}]\n"
            f"review: {{by: group:default/{group}, on: 2026-09-{self._at % 27 + 1:02}, method: read, every: P180D}}\n"
            f"tags: [{AREAS[self._at % 8]}, how-to]\n---\n\n"
        )

    def _runbook_front(self) -> str:
        alert = self._path.rpartition("/")[2].removesuffix(".md")
        group = self._choose.choice(self._named["Group"])
        return (
            f"---\nkind: runbook\ntitle: {self._title}\nowner: group:default/{group}\nstatus: active\n"
            f"about: [{self._component()}]\nalerts: [{alert}]\nseverity: critical\ntier: tier-1\n"
            f"review: {{by: group:default/{group}, on: 2026-09-01, method: read, every: P180D}}\n"
            f"escalation:\n  - {{after: PT15M, to: group:default/{group}}}\n"
            'variables:\n  NAMESPACE:\n    description: Where it runs.\n    example: shop\n    pattern: "^[a-z-]+$"\n'
            "---\n\n"
        )

    def _component(self) -> str:
        return f"component:default/{self._choose.choice(self._named['Component'])}"

    def _section(self, title: str) -> str:
        text = f"## {title}\n\n{self._text(2)}"
        if title in ("Steps", "Diagnosis", "Limits", "Mitigation"):
            text += self._fence()
        if title in ("When it fails", "Steps"):
            text += f"### {title} at night\n\n{self._text(1)}"
        if title == "What it does":
            text += "| Name | Meaning |\n| --- | --- |\n" + "".join(
                f"| `{word}` | {self._words(6)} |\n" for word in ("limit", "zone", "retry", "after")
            )
        return text + ("\n" if text.endswith("|\n") else "")

    def _fence(self) -> str:
        if "/runbooks/" in self._path:
            return '```{.sh effect=read}\nkubectl --namespace "$NAMESPACE" get pods\nkubectl version\n```\n\n'
        kind = self._choose.choice(("yaml", "python", "json"))
        body = {
            "yaml": "limits:\n  zone: 3\n  retry: true\n",
            "python": "limits = [zone for zone in zones]\n",
        }
        return f"```{kind}\n{body.get(kind, chr(123) + chr(125) + chr(10))}```\n\n"

    def _text(self, paragraphs: int) -> str:
        return "".join(
            f"{self._words(30).capitalize()} {self._link()} {self._words(20)}. **{self._words(3)}** `{self._words(1)}`.\n\n"
            for _ in range(paragraphs)
        )

    def _words(self, count: int) -> str:
        first = self._choose.randrange(len(WORDS) - count)
        return " ".join(WORDS[first : first + count])

    def _link(self) -> str:
        which = self._choose.random()
        if which < 0.25:
            return f"[[{self._component()}]]"
        if which < 0.3 and self._decisions:
            return f"[[adr:{self._choose.choice(self._decisions)[4:8]}]]"
        if which < 0.4:
            return "[the manual](https://example.org/manual)"
        target = self._choose.choice(self._paths)
        up = "../" * self._path.count("/")
        anchor = (
            "#limits" if which < 0.6 and target.startswith("site/") and "/runbooks/" not in target else ""
        )
        return f"[{self._words(2)}]({up}{target}{anchor})"
