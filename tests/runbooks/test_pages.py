from __future__ import annotations

from datetime import datetime, timedelta

import build
from runbooks.conftest import CATALOG, PAGE, See, Seen, exercise, page, rule_file, shell
from waypost.catalog.model import Catalog
from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.core.plugin import SiteContext
from waypost.core.settings import Settings
from waypost.documents.freshness import Freshness, State
from waypost.documents.judging import Judged, Judgement
from waypost.runbooks.pages import header_for, runbook_pages
from waypost.runbooks.pages.index import index_markdown

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
    row = (
        '<tr><td><a href="/runbooks/edge-down.md">EdgeDown</a></td><td>The edge is down</td><td>critical</td>'
        '<td class="wp-short">tier-1</td><td>2026-10-30 (3 days ago) in staging</td><td></td></tr>'
    )
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

    assert '<a href="/edge/down.md">EdgeDown</a>' in index.markdown
    assert "[The edge is down](../edge/down.md)" in index.markdown


def test_the_header_says_whom_to_call_and_whether_it_was_tried(see: See) -> None:
    header = header_for(PAGE, context_of(see({PAGE: page(), RECORD: exercise()})))

    for row in (
        '<code>EdgeDown</code> <strong class="wp-severity">critical</strong>',
        '<dt>Call</dt><dd><ol><li>after 15 min: <a href="/catalog/group/default/platform.md">platform</a></li>',
        "<summary>Last exercised: 2026-10-30 (3 days ago) in staging</summary>",
        "<dt>About</dt><dd><a href=",
    ):
        assert row in header


def test_whom_to_call_comes_with_how(see: See) -> None:
    links = (
        "[{url: 'https://chat.example.com/p', title: '#p'}, {url: 'tel:+4930123', title: platform at +49 30 123, type: phone}, "
        "{url: 'javascript:alert(1)', title: bad}]"
    )
    catalog = CATALOG.replace("{name: platform", f"{{name: platform, links: {links}", 1)

    header = header_for(PAGE, context_of(see({PAGE: page(), "catalog/all.yaml": catalog})))

    assert (
        '</a> <a class="wp-way" href="tel:+4930123" title="platform at +49 30 123" rel="noopener">at +49 30 123</a>'
        ' <a class="wp-way" href="https://chat.example.com/p" title="#p" rel="noopener">#p</a></li>'
    ) in header
    assert "javascript" not in header


def test_many_alerts_and_subjects_are_folded(see: See) -> None:
    alerts = "[EdgeDown, EdgeSlow, EdgeFull, EdgeHot, EdgeOld]"
    about = "[component:edge, component:b, component:c, component:d]"

    header = header_for(PAGE, context_of(see({PAGE: page(alerts=alerts, about=about)})))

    assert "<code>EdgeHot</code> <span>and 1 more</span>" in header
    assert "<dt>All alerts</dt><dd><code>EdgeDown</code>" in header
    assert "component:default/c, 1 more</dd>" in header
    assert "component:default/d</dd>" in header.partition("All about")[2]


def test_dashboards_are_links_by_the_end_of_their_address(see: See) -> None:
    dashboards = (
        "['https://dash.example.com/d/edge/', 'https://dash.example.com', 'javascript:x', 'http://[']"
    )

    header = header_for(PAGE, context_of(see({PAGE: page(dashboards=dashboards)})))

    assert (
        '<dd><a href="https://dash.example.com/d/edge/" rel="noopener">edge</a> <small>dash.example.com</small>, '
        '<a href="https://dash.example.com" rel="noopener">dash.example.com</a>, javascript:x, http://[</dd>'
    ) in header


def test_what_the_reader_sets_first_can_be_copied_without_an_example_in_it(see: See) -> None:
    variables = "{NODE: {description: The <node>., example: node-7, pattern: '[a-z\"]+'}, ZONE: {description: Its zone.}}"

    header = header_for(PAGE, context_of(see({PAGE: page(variables=variables)})))

    assert "<summary>Set these first: <code>$NODE</code>, <code>$ZONE</code></summary>" in header
    assert '<div data-name="NODE" data-pattern="[a-z&#34;]+" data-example="node-7">' in header
    assert "<dd><span>The &lt;node&gt;.</span> <small>such as <code>node-7</code></small></dd>" in header
    assert "<code>export NODE=&#39;&#39;  # such as node-7\nexport ZONE=&#39;&#39;\n</code>" in header
    assert "Set these first" not in header_for(PAGE, context_of(see({PAGE: page()})))


def test_a_first_step_that_is_far_down_is_linked_from_the_top(see: See) -> None:
    change = shell("kubectl rollout restart deployment edge", "effect=change")
    look = shell("kubectl get pods\nkubectl get nodes")

    near = header_for(PAGE, context_of(see({PAGE: page(look)})))
    far = header_for(PAGE, context_of(see({PAGE: page(change + "much\n" * 9 + look)})))
    none = header_for(PAGE, context_of(see({PAGE: page(change)})))

    assert "<dt>Begin</dt>" not in near + none
    assert (
        '<dt>Begin</dt><dd><a href="#step-2">Step 2</a>, which only reads: '
        '<code class="wp-cut">kubectl get pods</code></dd>'
    ) in far


def test_sections_can_be_leapt_to(see: See) -> None:
    header = header_for(PAGE, context_of(see({PAGE: page("## Meaning & more\n\n### Not this\n")})))

    assert '<a href="#stop-the-bleeding">Stop the bleeding</a>' in header
    assert '<a href="#meaning-more">Meaning &amp; more</a></nav>' in header
    assert "Not this" not in header


def test_alerts_that_no_runbook_answers_are_told(see: See) -> None:
    rules = rule_file(
        ("EdgeSlow", "warning"), ("EdgeDown", "page"), ("EdgeLost", "page"), ("EdgeLost", "info")
    )

    (index,) = runbook_pages(context_of(see({PAGE: page(), "site/rules.yaml": rules})))

    assert (
        "## Alerts without a runbook\n\n| Alert | Severity | Wakes somebody | Rule |\n| --- | --- | --- | --- |\n"
        "| EdgeLost | page | yes | site/rules.yaml:10 |\n| EdgeSlow | warning | no | site/rules.yaml:4 |\n"
    ) in index.markdown


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


def test_somebody_who_is_not_in_the_catalog_is_called_by_name(see: See) -> None:
    escalation = "[{after: PT0S, to: group:default/nobody}]"

    header = header_for(PAGE, context_of(see({PAGE: page(escalation=escalation, severity="")})))

    assert "<li>at once: group:default/nobody</li>" in header
    assert "wp-severity" not in header


def test_the_index_tells_how_true_a_page_is_and_by_what(see: See) -> None:
    seen = see({PAGE: page(), "site/runbooks/other.md": page(alerts="[Other]")})
    watched = Evidence(path=PAGE, kind="watched", sentence="dns.tf <changed>", bearing=Bearing.DOUBTS)
    freshness = Freshness(State.DOUBTFUL, reasons=(watched,))
    subject = Subject(path=PAGE, title="The edge", uri="runbooks/edge-down.md", kind="runbook")
    judged = Judgement(build.NOON.date(), {PAGE: Judged(subject, freshness, 0)})

    index = index_markdown(seen.runbooks, seen.knowledge[Catalog], judged, build.NOON)

    row = index.partition("edge-down.md")[2].partition("</tr>")[0]
    assert "wp-fresh__state--doubtful" in row
    assert "<small>dns.tf &lt;changed&gt;</small>" in row
