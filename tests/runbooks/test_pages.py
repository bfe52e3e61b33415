from __future__ import annotations

from datetime import datetime, timedelta

import build
from runbooks.conftest import CATALOG, PAGE, See, Seen, exercise, page
from waypost.core.plugin import SiteContext
from waypost.core.settings import Settings
from waypost.runbooks.pages import header_for, runbook_pages

RECORD = "site/runbooks/exercises/2026-10-30-edge-down.yaml"


class NoApi:
    def get(self, path: str, /, **query: str) -> object:
        raise AssertionError((path, query))


def context_of(seen: Seen, now: datetime = build.NOON) -> SiteContext:
    return SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=NoApi(), now=now
    )


def test_a_workspace_without_runbooks_has_no_index(see: See) -> None:
    assert list(runbook_pages(context_of(see({})))) == []


def test_the_index_leads_from_an_alert_to_its_page(see: See) -> None:
    files = {PAGE: page(), RECORD: exercise(), "site/runbooks/tidy.md": "# Tidy [up]\n"}
    (index,) = runbook_pages(context_of(see(files)))

    assert index.uri == "runbooks/index.md"
    row = "| [EdgeDown](edge-down.md) | The edge is down | critical | tier-1 | 2026-10-30 (3 days ago) in staging |"
    assert row in index.markdown
    assert (
        "- [The edge](../catalog/component/default/edge.md): [The edge is down](edge-down.md)"
        in index.markdown
    )
    assert "### tier-1\n\n- [The edge is down](edge-down.md)" in index.markdown
    assert "## Without an alert\n\n- [Tidy &#91;up&#93;](tidy.md)" in index.markdown


def test_the_title_of_a_service_is_no_markdown_in_the_index(see: See) -> None:
    titled = CATALOG.replace("The edge", "'[a](javascript:b)'")
    seen = see({PAGE: page(), "catalog/all.yaml": titled})

    (index,) = runbook_pages(context_of(seen))

    assert "- [&#91;a&#93;(javascript:b)](../catalog/component/default/edge.md): " in index.markdown


def test_the_index_of_guides_alone_only_lists_them(see: See) -> None:
    (index,) = runbook_pages(context_of(see({"site/runbooks/tidy.md": "# Tidy\n"})))

    assert index.markdown == "# Runbooks\n\n## Without an alert\n\n- [Tidy](tidy.md)\n"


def test_a_runbook_outside_its_folder_is_linked_from_the_index(see: See) -> None:
    (index,) = runbook_pages(context_of(see({"site/edge/down.md": page()})))

    assert "[EdgeDown](../edge/down.md)" in index.markdown


def test_the_header_says_whom_to_call_and_whether_it_was_tried(see: See) -> None:
    header = header_for(PAGE, context_of(see({PAGE: page(), RECORD: exercise()})))

    for row in (
        "<dt>Alerts</dt><dd><code>EdgeDown</code></dd>",
        '<ol><li>after 15 minutes: <a href="/catalog/group/default/platform.md">platform</a></li></ol>',
        "<dt>Last exercised</dt><dd>2026-10-30 (3 days ago) in staging</dd>",
    ):
        assert row in header


def test_the_header_tells_what_the_reader_fills_in(see: See) -> None:
    variables = "{NODE: {description: The <node>., example: node-7}, ZONE: {description: Its zone.}}"

    header = header_for(PAGE, context_of(see({PAGE: page(variables=variables)})))

    assert "<summary>Fill in: <code>$NODE</code>, <code>$ZONE</code></summary>" in header
    assert "<dd>The &lt;node&gt;. <small>such as <code>node-7</code></small></dd>" in header
    assert "<dd>Its zone.</dd>" in header
    assert "Fill in" not in header_for(PAGE, context_of(see({PAGE: page()})))


def test_the_header_tells_that_an_exercise_is_due(see: See) -> None:
    seen = see({PAGE: page(exercise_every="P90D"), RECORD: exercise(steps="[{step: a, result: failed}]")})

    later = header_for(PAGE, context_of(seen, build.NOON + timedelta(days=100)))

    assert "2026-10-30 (103 days ago) in staging, with steps that failed; due again" in later


def test_only_runbooks_have_a_header(see: See) -> None:
    context = context_of(see({"site/a.md": "# A\n", "site/runbooks/EdgeDown.md": "# B\n"}))

    assert [header_for(path, context) for path in ("site/a.md", "site/runbooks/EdgeDown.md", "gone.md")] == [
        ""
    ] * 3


def test_nothing_that_an_author_wrote_becomes_markup(see: See) -> None:
    header = header_for(PAGE, context_of(see({PAGE: page(alerts="['<b>x</b>']", severity="<i>")})))

    assert "<b>x" not in header
    assert "&lt;i&gt;" in header
