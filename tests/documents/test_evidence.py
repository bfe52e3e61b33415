"""Facts about what speaks for and against pages, in real repositories."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import build
from waypost.catalog import plugin as catalog
from waypost.core.errors import Severity
from waypost.core.evidence import Evidence, Evidences
from waypost.core.host import check_workspace, load_knowledge
from waypost.core.plugin import Before, Knowledge
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace
from waypost.documents import plugin as documents
from waypost.documents.freshness import Freshness, State
from waypost.documents.judging import judgement
from waypost.documents.settings import REVIEW_MOVES

PLUGINS = (catalog, documents)
ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform}
spec: {type: team, children: []}
"""
EARLIER = build.NOON - timedelta(days=30)


def page(reviewed: str = "2026-10-10", body: str = "Text.", **keys: str) -> str:
    """Return a guide that was reviewed on a day, with further *keys* in its front matter."""
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    review = f"review: {{by: platform, on: {reviewed}, method: read, every: P180D}}\n" if reviewed else ""
    return f"---\nkind: guide\ntitle: A\nowner: platform\n{review}{more}---\n# A\n\n{body}\n"


def know(root: Path, **settings: int) -> Knowledge:
    """Return what is known of the workspace at *root*."""
    values = {REVIEW_MOVES.name: settings["moves"]} if settings else {}
    return load_knowledge(Workspace(root), PLUGINS, Settings(values))


def stand(knowledge: Knowledge, path: str = "site/a.md", at: datetime = build.NOON) -> Freshness:
    """Return how fresh the page at *path* is."""
    return judgement(knowledge, at).by_path[path].freshness


def kinds(freshness: Freshness) -> list[str]:
    """Return the kinds of what speaks against a page."""
    return [reason.kind for reason in freshness.reasons]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one page, which watches a file, and an older commit."""
    build.write_files(
        tmp_path,
        {
            "catalog/a.yaml": ESTATE,
            "site/a.md": page(watches="[infra/**/*.tf, dns.txt]"),
            "infra/x/a.tf": "1",
        },
    )
    build.commit(tmp_path, at=EARLIER)
    return tmp_path


def test_a_watched_file_that_changed_after_the_review_is_a_doubt(root: Path) -> None:
    build.write_files(root, {"infra/x/a.tf": "2", "infra/b.tf": "2", "infra/c.txt": "2"})
    build.commit(root, at=datetime(2026, 10, 20, tzinfo=UTC))

    freshness = stand(know(root))

    (reason,) = freshness.reasons
    assert freshness.state is State.DOUBTFUL
    assert (reason.kind, reason.on, reason.line, reason.source) == (
        "watched",
        date(2026, 10, 20),
        6,
        "infra/x/a.tf",
    )
    assert "infra/x/a.tf changed on 2026-10-20, and 1 more that it watches" in reason.sentence


def test_a_change_before_the_review_is_settled(root: Path) -> None:
    build.write_files(root, {"infra/x/a.tf": "2"})
    build.commit(root, at=datetime(2026, 10, 9, tzinfo=UTC))

    assert stand(know(root)).state is State.FRESH


def test_a_change_in_the_commit_of_the_page_itself_was_known_to_its_author(root: Path) -> None:
    text = page(watches="[infra/**/*.tf]", body="New text.")
    build.write_files(root, {"infra/x/a.tf": "2", "site/a.md": text})
    build.commit(root, at=datetime(2026, 10, 20, tzinfo=UTC))

    assert stand(know(root)).state is State.FRESH


def test_a_change_that_is_not_committed_counts(root: Path) -> None:
    file = root / "dns.txt"
    file.write_text("new")
    changed = datetime(2026, 10, 25, 12, tzinfo=UTC).timestamp()
    os.utime(file, (changed, changed))

    (reason,) = stand(know(root)).reasons

    assert "dns.txt changed on 2026-10-25, which is not committed yet" in reason.sentence


def test_outside_a_repository_nothing_has_changed(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"site/a.md": page(watches="[x.txt]"), "x.txt": ""})

    assert stand(know(tmp_path)).state is State.FRESH


def test_a_folder_that_is_watched_stands_for_all_below_it(root: Path) -> None:
    build.write_files(root, {"site/a.md": page(watches="[infra]")})
    build.commit(root, at=EARLIER)
    build.write_files(root, {"infra/x/a.tf": "2"})
    build.commit(root, at=datetime(2026, 10, 20, tzinfo=UTC))

    assert kinds(stand(know(root))) == ["watched"]


def test_what_a_shallow_clone_does_not_know_is_no_doubt(root: Path, tmp_path: Path) -> None:
    build.write_files(root, {"infra/x/a.tf": "2"})
    build.commit(root, at=datetime(2026, 10, 20, tzinfo=UTC))
    text = page(watches="[infra/**/*.tf]", body="Other text.")
    build.write_files(root, {"site/a.md": text})
    build.commit(root, at=datetime(2026, 10, 21, tzinfo=UTC))
    shallow = tmp_path.parent / f"{tmp_path.name}-shallow"
    build.git(root, "clone", "-q", "--depth", "2", root.as_uri(), str(shallow))

    assert kinds(stand(know(root))) == ["watched"]
    assert stand(know(shallow)).state is State.FRESH


KUBERNETES = '[{"cycle": "1.31", "eol": "2026-10-28"}, {"cycle": "1.35", "eol": false}]'


@pytest.mark.parametrize(
    ("text", "state", "line"),
    [
        pytest.param(page(body="Runs on Kubernetes 1.31."), State.DOUBTFUL, 9, id="prose is in doubt"),
        pytest.param(
            page("2026-10-30", body="Runs on Kubernetes 1.31."), State.FRESH, 0, id="until it is read again"
        ),
        pytest.param(
            page("2026-10-30", body="```yaml\nimage: x/kubernetes:1.31\n```"),
            State.STALE,
            10,
            id="code is wrong",
        ),
        pytest.param(
            page("2026-10-30", versions='{kubernetes: "1.31.2"}'), State.STALE, 6, id="a declared version"
        ),
        pytest.param(
            page(body="Kubernetes 1.35, Kubernetes 1.40."), State.FRESH, 0, id="supported or not known"
        ),
        pytest.param(page(body="```text\nKubernetes 1.31\n```"), State.FRESH, 0, id="prose of code is none"),
    ],
)
def test_a_version_past_its_end_speaks_against_a_page(
    tmp_path: Path, text: str, state: State, line: int
) -> None:
    build.write_files(tmp_path, {"catalog/end-of-life/kubernetes.json": KUBERNETES, "site/a.md": text})

    freshness = stand(know(tmp_path))

    assert (freshness.state, sum(reason.line for reason in freshness.reasons)) == (state, line)


def test_a_version_is_supported_until_its_day_comes(tmp_path: Path) -> None:
    text = page("2026-10-10", body="Kubernetes 1.31")
    build.write_files(tmp_path, {"catalog/end-of-life/kubernetes.json": KUBERNETES, "site/a.md": text})

    states = [stand(know(tmp_path), at=datetime(2026, 10, day, tzinfo=UTC)).state for day in (27, 28)]

    assert states == [State.FRESH, State.DOUBTFUL]


def test_what_checks_find_wrong_speaks_against_the_page(tmp_path: Path) -> None:
    body = "[there](nowhere.md)\n\n```json\n{,\n```"
    build.write_files(tmp_path, {"catalog/a.yaml": ESTATE, "site/a.md": page(body=body, about="[gone]")})

    freshness = stand(know(tmp_path))

    assert freshness.state is State.STALE
    assert kinds(freshness) == ["snippet", "entity", "link"]


def test_drafts_and_pages_without_a_kind_are_not_judged(tmp_path: Path) -> None:
    build.write_files(
        tmp_path, {"site/a.md": page(status="draft"), "site/b.md": "# B", "site/c.md": page(status="retired")}
    )

    assert judgement(know(tmp_path), build.NOON).by_path == {}


def _move(root: Path, number: int, on: str, body: str = "Text.") -> None:
    build.write_files(root, {f"site/p{n}.md": page(on, body=body) for n in range(number)})


def _problems(root: Path, knowledge: Knowledge) -> list[str]:
    found = check_workspace(Workspace(root), PLUGINS, knowledge, at=build.NOON)
    assert all(problem.severity is Severity.WARNING for problem in found if problem.rule == "documents/stale")
    return [problem.path for problem in found if problem.rule == "documents/review-moved"]


def test_a_commit_that_only_moves_review_days_is_not_believed(root: Path) -> None:
    _move(root, 5, "2026-10-01")
    build.commit(root, at=EARLIER)
    _move(root, 5, "2026-11-01")
    commit = build.commit(root, at=datetime(2026, 11, 1, tzinfo=UTC))
    knowledge = know(root)

    freshness = stand(knowledge, "site/p0.md")

    (reason,) = freshness.reasons
    assert reason.sentence == (
        f"its review day was moved in the commit {commit[:9]} with those of 4 others, and nothing else"
    )
    assert freshness.confirmed is not None
    assert freshness.confirmed.on == date(2026, 10, 1)
    assert _problems(root, knowledge) == [f"site/p{n}.md" for n in range(5)]


@pytest.mark.parametrize(
    ("number", "body", "moves"),
    [
        pytest.param(4, "Text.", 5, id="few pages"),
        pytest.param(5, "Other text.", 5, id="their text changed too"),
        pytest.param(5, "Text.", 6, id="a setting allows more"),
        pytest.param(5, "Text.", 0, id="a setting allows any number"),
    ],
)
def test_other_commits_with_review_days_are(root: Path, number: int, body: str, moves: int) -> None:
    _move(root, number, "2026-10-01")
    build.commit(root, at=EARLIER)
    _move(root, number, "2026-11-01", body)
    build.commit(root, at=datetime(2026, 11, 1, tzinfo=UTC))

    assert _problems(root, know(root, moves=moves)) == []


def test_pages_are_not_moved_together_where_what_they_watch_changed_with_them(root: Path) -> None:
    for on, at in (("2026-10-01", EARLIER), ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC))):
        build.write_files(root, {f"site/p{n}.md": page(on, watches="[infra/x/a.tf]") for n in range(5)})
        build.write_files(root, {"infra/x/a.tf": on})
        build.commit(root, at=at)

    assert _problems(root, know(root)) == []


def test_pages_are_not_moved_together_where_exercises_were_recorded_with_them(root: Path) -> None:
    for on, at in (("2026-10-01", EARLIER), ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC))):
        _move(root, 5, on)
        build.write_files(root, {f"site/runbooks/exercises/{on}-p{n}.yaml": on for n in range(5)})
        build.commit(root, at=at)

    assert _problems(root, know(root)) == []


@pytest.mark.parametrize("first", ["", "2026-13-77"], ids=["none before", "no day before"])
def test_a_first_review_of_many_pages_is_no_reading_either(root: Path, first: str) -> None:
    _move(root, 5, first)
    build.commit(root, at=EARLIER)
    _move(root, 5, "2026-11-01")
    build.commit(root, at=datetime(2026, 11, 1, tzinfo=UTC))

    freshness = stand(know(root), "site/p0.md")

    assert kinds(freshness) == ["moved", "age"]
    assert freshness.confirmed is None


def test_pages_that_somebody_changed_since_are_believed_again(root: Path) -> None:
    _move(root, 5, "2026-10-01")
    build.commit(root, at=EARLIER)
    _move(root, 5, "2026-11-01")
    build.commit(root, at=datetime(2026, 11, 1, tzinfo=UTC))
    build.write_files(root, {"site/p0.md": page("2026-11-02")})
    build.commit(root)

    assert stand(know(root), "site/p0.md").state is State.FRESH


def test_a_change_set_that_moves_review_days_one_by_one_is_told_as_well(root: Path, tmp_path: Path) -> None:
    from waypost.core.baseline import changed_files, merge_base, tree_at  # noqa: PLC0415

    _move(root, 5, "2026-10-01")
    base = build.commit(root, at=EARLIER)
    for n in range(5):
        build.write_files(root, {f"site/p{n}.md": page("2026-11-01")})
        build.commit(root)
    workspace, knowledge = Workspace(root), know(root)

    with tree_at(workspace, merge_base(root, base)) as before:
        changes = changed_files(root, base)
        knowledge.put(Before(base, before, load_knowledge(before, PLUGINS), changes))
        problems = _problems(root, knowledge)

    assert problems == [f"site/p{n}.md" for n in range(5)]
    assert tmp_path == root


def test_each_reason_is_one_warning_with_its_place(root: Path) -> None:
    build.write_files(root, {"infra/x/a.tf": "2"})
    build.commit(root, at=datetime(2026, 10, 20, tzinfo=UTC))

    found = check_workspace(Workspace(root), PLUGINS, know(root), at=build.NOON)

    (problem,) = [each for each in found if each.rule == "documents/stale"]
    assert (problem.path, problem.line, problem.severity) == ("site/a.md", 6, Severity.WARNING)
    assert problem.message.startswith(
        "wants reading again (group:default/platform answers for it): infra/x/a.tf"
    )


def test_a_review_of_tomorrow_is_refused(tmp_path: Path) -> None:
    build.write_files(tmp_path, {"catalog/a.yaml": ESTATE, "site/a.md": page("2026-11-05")})

    found = check_workspace(Workspace(tmp_path), PLUGINS, know(tmp_path), at=build.NOON)

    assert [each.rule for each in found if each.severity is Severity.ERROR] == ["documents/review-day"]


def test_evidence_is_found_by_the_page(root: Path) -> None:
    (piece,) = know(root)[Evidences].of("site/a.md")

    assert isinstance(piece, Evidence)
    assert piece.sentence == "read on 2026-10-10 by group:default/platform"
