"""The fact that a check with a cache tells the same as one without, whatever was edited in between."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import build
from waypost.cli.reports import FORMATS, Report
from waypost.core import contentcache, forked, markdownstore
from waypost.core.contentcache import open_cache
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

STEPS = 14

ENTITY = """apiVersion: backstage.io/v1alpha1
kind: {kind}
metadata: {{name: {name}}}
spec: {spec}
"""
FRONT = """---
kind: {kind}
title: {title}
owner: group:default/{owner}
status: {status}
about: [component:default/{about}]
review: {{by: group:default/{owner}, on: 2026-0{month}-01, method: read, every: P30D}}
watches: [{watched}]
---

# {title}

"""
DECISION = """---
uid: u000000{number}
title: Decide {number}
status: {status}
summary: In short.
scope: independent
proposed: 2026-01-10
decided: 2026-02-10
decision-makers: [group:default/red]
affects: [component:default/{about}]
---

# Decide {number}

## Context and Problem Statement

See [a page](../site/{page}).
"""
RUNBOOK = """
## Stop the bleeding

```{.sh effect=read}
kubectl get pods <name> $(
```

```yaml
apiVersion: v1
kind: Pod
spec: {containers: 1}
```

```promql
sum(rate(x[5m])
```
"""


class Editing:
    """Edits a workspace at random: the same edits for the same seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root = root
        self._choose = random.Random(seed)  # noqa: S311 - the same edits each time are what is wanted

    def begin(self) -> None:
        for name in "abcdefgh":
            self._write(f"site/{name}.md", self._page())
        for number in (1, 2, 3):
            self.decide(number)
        self.put_entities()
        self._write("site/notes.txt", "text\n")

    def step(self) -> None:
        """Do one edit, or a few."""
        edits: Sequence[Callable[[], None]] = (
            self.rewrite, self.rewrite, self.add_heading, self.drop_lines, self.rename, self.delete, self.add,
            self.put_entities, self.decide, self.spoil, self.touch, self.change_ends, self.add_file,
        )  # fmt: skip
        for _ in range(self._choose.choice((0, 1, 1, 1, 2, 4))):
            self._choose.choice(edits)()

    def rewrite(self) -> None:
        self._write(self._some(), self._page())

    def add_heading(self) -> None:
        path = self._root / self._some()
        path.write_bytes(path.read_bytes() + f"\n## {self._word()}\n".encode())

    def drop_lines(self) -> None:
        path = self._root / self._some()
        lines = path.read_bytes().splitlines(keepends=True)
        del lines[self._choose.randrange(len(lines) + 1) :][:2]
        path.write_bytes(b"".join(lines[: self._choose.randrange(len(lines) + 1)]))

    def rename(self) -> None:
        path = self._root / self._some()
        path.rename(path.with_name(f"{self._choose.choice('abcdefghIJ')}.md"))

    def delete(self) -> None:
        if len(self._pages()) > 3:
            (self._root / self._some()).unlink()

    def add(self) -> None:
        self._write(f"site/{self._choose.choice(('', 'x/', 'runbooks/'))}{self._word()}.md", self._page())

    def add_file(self) -> None:
        self._write(
            f"site/{self._choose.choice('abc')}.{self._choose.choice(('txt', 'yaml'))}",
            "apiVersion: v1\nkind: Pod\n",
        )

    def put_entities(self) -> None:
        kinds = {
            "red": "Group",
            "blue": "Group",
            "web": "Component",
            "api": "Component",
            "store": "Component",
        }
        specs = {
            "Group": "{type: team, children: [], profile: {email: a@example.org}}",
            "Component": "{type: service, lifecycle: production, owner: red}",
        }
        kept = [name for name in kinds if self._choose.random() < 0.8]
        texts = [ENTITY.format(kind=kinds[name], name=name, spec=specs[kinds[name]]) for name in kept]
        self._write("catalog/all.yaml", "---\n".join(texts))

    def decide(self, number: int = 2) -> None:
        status = self._choose.choice(("accepted", "accepted", "superseded", "superceded"))
        text = DECISION.format(
            number=number, status=status, about=self._choose.choice(("web", "api")), page=self._target()
        )
        self._write(f"adr/000{number}-decide-{number}.md", text)

    def spoil(self) -> None:
        (self._root / self._some()).write_bytes(
            self._choose.choice((b"\xff\xfe", b"", b"---\na: [\n---\n", b"---\n---\n"))
        )

    def touch(self) -> None:
        (self._root / self._some()).touch()

    def change_ends(self) -> None:
        path = self._root / self._some()
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    def _page(self) -> str:
        choose = self._choose
        front = FRONT.format(
            kind=choose.choice(("guide", "guide", "runbook", "runbok", "policy")),
            title=self._word(),
            owner=choose.choice(("red", "blue", "gren")),
            status=choose.choice(("active", "active", "retired", "draft")),
            about=choose.choice(("web", "api", "store", "sotre")),
            month=choose.randrange(1, 10),
            watched=choose.choice(("site/a.md", "site/*.txt", "src/**")),
        )
        links = "\n\n".join(self._link() for _ in range(choose.randrange(6)))
        more = RUNBOOK if choose.random() < 0.4 else ""
        return (front if choose.random() < 0.8 else "") + f"{links}\n\n## {self._word()}\n{more}"

    def _link(self) -> str:
        target = self._target()
        return self._choose.choice(
            (
                f"[a]({target})", f"[a]({target}#{self._word()})", f"[a](/{target})", f"[a][x]\n\n[x]: {target}",
                f"[[component:default/{self._choose.choice(('web', 'apy'))}]]", "[[adr:0002]]", "[a](../adr/0003-decide-3.md)",
                "<waypost-scorecard entity='component:default/web'></waypost-scorecard>", "[a](#steps)",
            )
        )  # fmt: skip

    def _target(self) -> str:
        return self._choose.choice(("a.md", "b.md", "B.md", "x/b.md", "a/", "notes.txt", "nowhere.md"))

    def _word(self) -> str:
        return self._choose.choice(("steps", "limits", "Steps twice", "undo", "see-also"))

    def _pages(self) -> list[str]:
        return Workspace(self._root).files("site", ".md")

    def _some(self) -> str:
        return self._choose.choice(self._pages())

    def _write(self, path: str, text: str) -> None:
        build.write_files(self._root, {path: text})


@pytest.mark.parametrize("seed", range(4))
def test_a_check_with_a_cache_tells_what_one_without_tells(
    tmp_path: Path, seed: int, plugins: tuple[Plugin, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files that change within the same tick would be read again; here they are trusted at once.
    monkeypatch.setattr(markdownstore, "_UNSURE_NS", -(10**15))
    choose = random.Random(seed)  # noqa: S311 - as above
    editing = Editing(tmp_path, seed)
    editing.begin()
    settings, at = Settings(), build.NOON
    for _ in range(STEPS):
        editing.step()
        monkeypatch.setattr(forked, "FEW", choose.choice((1, 400)))
        match choose.randrange(8):
            case 0:
                settings = settings.having({"documents.exclude": choose.choice(((), ("site/x",)))})
            case 1:
                at += timedelta(days=choose.randrange(40))
            case 2:
                word = choose.choice("abc")
                monkeypatch.setattr(contentcache, "code_stamp", lambda word=word: word)

        with open_cache(tmp_path) as cache:
            told = _told(tmp_path, plugins, settings, at, (cache,))

        assert told == _told(tmp_path, plugins, settings, at, ())


def _told(  # noqa: PLR0917 - all that a check depends on
    root: Path, plugins: tuple[Plugin, ...], settings: Settings, at: datetime, given: Sequence[object]
) -> str:
    workspace = Workspace(root)
    knowledge = load_knowledge(workspace, plugins, settings, given=given)
    report = Report(check_workspace(workspace, plugins, knowledge, at=at), workspace=workspace)
    return FORMATS["text"](report) + FORMATS["json"](report) + FORMATS["sarif"](report)
