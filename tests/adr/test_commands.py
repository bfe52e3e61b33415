from __future__ import annotations

import json

from adr.conftest import See, own
from build import run_waypost


def test_decisions_are_listed_one_a_line(see: See) -> None:
    seen = see({"adr/0001-a.md": own(), "adr/0002-b.md": "# B\n"})

    done = run_waypost("adr", "list", cwd=seen.workspace.root)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0001   accepted     2026-09-19 Use one gateway\n0002   -            -          B\n"


def test_decisions_are_listed_as_json(see: See) -> None:
    seen = see({"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", status="proposed")})

    done = run_waypost("adr", "list", "--format", "json", "--status", "proposed", cwd=seen.workspace.root)

    assert [(item["id"], item["state"]) for item in json.loads(done.stdout)] == [("0002", "proposed")]
