from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, expect

from browser.conftest import ROOT, Visit, VisitAs
from build import write_files
from runbooks.test_filling import CASES, COMMANDS, NASTY
from waypost.core.host import open_host
from waypost.core.progress import SilentProgress
from waypost.site.build import build_site

pytestmark = pytest.mark.browser

PHONE = (390, 844)
SCREENS = [
    pytest.param(1280, 800, "light", id="laptop, light"),
    pytest.param(1280, 800, "dark", id="laptop, dark"),
    pytest.param(390, 844, "light", id="phone, light"),
    pytest.param(390, 844, "dark", id="phone, dark"),
]
RUNBOOKS = sorted(path.stem for path in (ROOT / "site/runbooks").glob("*.md"))
STARTER = ROOT / "backend/waypost/cli/starter"
FRONT = """---
kind: runbook
title: {title}
owner: group:default/platform
status: active
about: [component:default/knowledge-base]
alerts: [{alert}]
severity: critical
tier: tier-1
escalation: [{{after: PT15M, to: group:default/platform}}]
variables:
{variables}
---

# {title}

## Stop the bleeding

{body}

## Verify

The last of all.
"""
NODE = r"""  NODE: {description: The node., example: worker-3, pattern: '[a-z]+-[0-9]+'}
  ZONE: {description: Its zone., example: a}
  COUNT: {description: How many., example: '3', pattern: '[0-9a-z]+'}
"""
STEPS = r"""
The node is `$NODE`, a pod on it `kube-$NODE`.

```{.sh effect=read expect="$NODE in its zone"}
kubectl get node "$NODE" \
  -l "zone=$ZONE" # of $NODE
```

```{.sh effect=destructive precondition="$NODE is drained" undo="kubectl uncordon \"$NODE\""}
kubectl delete node "$NODE"
echo done
```

```{.sh effect=change}
kubectl scale --replicas=$((COUNT + 1)) deployment/web
```

```{.sh effect=read}
uptime
```
"""


def _files() -> dict[str, str]:
    shown = [command for command in COMMANDS if "\t" not in command]  # Markdown makes blanks of a tab.
    body = "\n\n".join(f"```{{.sh effect=read}}\n{command}\n```" for command in shown)
    value = r"  VALUE: {description: Anything., pattern: '[\s\S]+'}"
    return {
        "site/runbooks/node-down.md": FRONT.format(
            title="Node down", alert="NodeDown", variables=NODE, body=STEPS
        ),
        "site/runbooks/nasty.md": FRONT.format(title="Nasty", alert="Nasty", variables=value, body=body),
    }


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small site of files alone: the starter's, and two runbooks of the tests."""
    folder = tmp_path_factory.mktemp("runbooks")
    shutil.copytree(STARTER, folder / "work")
    write_files(folder / "work", _files())
    with open_host(folder / "work", [f"database.url=sqlite:///{folder / 'none.db'}"]) as host:
        build_site(host, folder / "site", strict=False, progress=SilentProgress())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder / "site"))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # Its name in the library.
        """Say nothing."""


@pytest.fixture
def small(browser: Browser, small_site: str) -> Iterator[Visit]:
    """A reader of the small site on a phone, who may read the clipboard."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    reader = Visit(context.new_page(), small_site)
    yield reader
    context.close()
    # It asks for the backend, which is not there.
    assert [error for error in reader.errors if "404" not in error] == []
    assert reader.strangers == []


def command(reader: Visit, step: int) -> Locator:
    return reader.page.locator(f"#step-{step} pre > code")


def open_fields(reader: Visit) -> None:
    reader.page.locator(".wp-variables > summary").click()


@pytest.mark.parametrize("name", RUNBOOKS)
def test_what_is_needed_first_is_in_sight_on_a_phone(visit: VisitAs, name: str) -> None:
    reader = visit(width=PHONE[0], height=PHONE[1])

    reader.open(f"/runbooks/{name}/")

    _assert_in_sight(reader)


def test_what_is_needed_first_is_in_sight_in_a_new_workspace(small: Visit) -> None:
    small.open("/runbooks/knowledge-base-down/")

    _assert_in_sight(small)


def _assert_in_sight(reader: Visit) -> None:
    wanted = (".wp-runbook-header__alerts code", ".wp-severity", ".wp-way", ".wp-step--read pre")
    for selector in wanted:
        box = reader.page.locator(selector).first.bounding_box()
        assert box is not None, selector
        assert box["y"] + box["height"] <= PHONE[1], selector
    assert reader.page.evaluate("scrollY") == 0


def test_what_is_typed_fills_every_command_and_stays_in_the_address(small: Visit) -> None:
    small.open("/runbooks/node-down/")
    open_fields(small)

    small.page.get_by_label("$NODE").fill("worker-3")

    expect(command(small, 1)).to_have_text(
        "kubectl get node 'worker-3' \\\n  -l \"zone=$ZONE\" # of $NODE", use_inner_text=True
    )
    expect(command(small, 2)).to_have_text("kubectl delete node 'worker-3'\necho done", use_inner_text=True)
    expect(small.page.locator("#step-2 .wp-step__undo")).to_have_text("Undo: kubectl uncordon 'worker-3'")
    expect(small.page.locator("#step-2 .wp-step__precondition")).to_have_text(
        "Only when: worker-3 is drained"
    )
    expect(small.page.locator("#step-1 .wp-step__expect")).to_have_text("Expect: worker-3 in its zone")
    expect(small.page.get_by_text("The node is worker-3, a pod on it kube-'worker-3'.")).to_be_visible()
    expect(small.page.locator(".wp-variables__lines code")).to_contain_text("export NODE='worker-3'\n")
    expect(small.page).to_have_url(re.compile(r"/node-down/#NODE=worker-3$"))


def test_values_outlast_a_reload_and_leaps_to_headings(small: Visit) -> None:
    page = small.page
    small.open("/runbooks/node-down/#NODE=worker-3&ZONE=b%20%26%20c")
    page.reload()
    expect(command(small, 1)).to_contain_text("'worker-3'")
    expect(command(small, 1)).to_contain_text("zone=b & c")

    page.locator(".wp-sections").get_by_role("link", name="Verify").click()

    expect(page).to_have_url(re.compile(r"#verify&NODE=worker-3&ZONE=b%20%26%20c$"))
    expect(page.get_by_text("The last of all.")).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/#NODE=worker-3&ZONE=b%20%26%20c$"))
    expect(command(small, 1)).to_contain_text("'worker-3'")


def test_a_link_with_a_heading_and_values_leads_there_and_fills(visit: VisitAs) -> None:
    reader = visit()

    reader.open("/runbooks/postgresql-disk-filling/#a-slot-whose-reader-is-gone&SLOT=cdc_orders")

    expect(reader.page.get_by_role("heading", name="A slot whose reader is gone")).to_be_in_viewport()
    step = reader.page.locator(".wp-step", has_text="pg_drop_replication_slot")
    expect(step.locator("pre > code")).to_contain_text("pg_drop_replication_slot('cdc_orders')")


def test_going_back_takes_nothing_that_was_typed_since(small: Visit) -> None:
    page = small.page
    small.open("/runbooks/node-down/#NODE=worker-3")
    page.locator(".wp-sections").get_by_role("link", name="Verify").click()
    expect(page).to_have_url(re.compile(r"#verify&NODE=worker-3$"))
    page.locator(".wp-variables > summary").click()
    page.get_by_label("$NODE").fill("worker-4")
    expect(page).to_have_url(re.compile(r"#verify&NODE=worker-4$"))

    page.go_back()

    expect(page).to_have_url(re.compile(r"/#NODE=worker-4$"))
    expect(command(small, 2)).to_contain_text("'worker-4'")


def test_a_link_that_comes_later_brings_its_own_values(small: Visit) -> None:
    small.open("/runbooks/node-down/#NODE=worker-3&ZONE=a")

    small.page.evaluate("location.hash = 'NODE=worker-9&OTHER=x'")

    expect(small.page).to_have_url(re.compile(r"/#NODE=worker-9$"))
    expect(command(small, 1)).to_contain_text("get node 'worker-9'")
    expect(command(small, 1)).to_contain_text("zone=$ZONE")


def test_a_value_that_does_not_fit_fills_nothing_and_is_told(small: Visit) -> None:
    small.open("/runbooks/node-down/")
    open_fields(small)
    field = small.page.get_by_label("$NODE")

    field.fill("worker-3; reboot")

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(small.page.get_by_text("It does not fit [a-z]+-[0-9]+, such as worker-3.").first).to_be_visible()
    expect(command(small, 2)).to_have_text('kubectl delete node "$NODE"\necho done', use_inner_text=True)
    expect(small.page.locator("#step-2 .wp-lacks")).to_have_text("Set first: NODE (does not fit)")
    field.fill("worker-3")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(small.page.locator("#step-2 .wp-lacks")).to_be_hidden()


@pytest.mark.parametrize(
    ("fragment", "field", "told"),
    [
        pytest.param("ZONE=a%E2%80%AEb", "$ZONE", "It holds a character that cannot be seen.", id="turned"),
        pytest.param("ZONE=--all", "$ZONE", "It begins with a dash", id="an option"),
        pytest.param("NODE=%", "$NODE", "It does not fit", id="no encoding"),
    ],
)
def test_a_link_cannot_bring_a_value_that_misleads(
    small: Visit, fragment: str, field: str, told: str
) -> None:
    small.open(f"/runbooks/node-down/#{fragment}")
    open_fields(small)

    expect(small.page.get_by_label(field)).to_have_attribute("aria-invalid", "true")
    expect(small.page.locator(".wp-fill")).to_contain_text(told)
    expect(command(small, 1)).to_contain_text('"$NODE"')
    expect(command(small, 1)).to_contain_text("zone=$ZONE")


def test_a_command_says_which_values_it_waits_for_and_takes_them(small: Visit) -> None:
    page = small.page
    small.open("/runbooks/node-down/")
    lacks = page.locator("#step-1 .wp-lacks")
    expect(lacks).to_have_text("Set first: NODE, ZONE")
    expect(page.locator("#step-4 .wp-lacks")).to_have_count(0)

    lacks.get_by_role("button", name="NODE").click()
    page.keyboard.type("worker-3")
    page.keyboard.press("Enter")
    expect(lacks.get_by_label("$ZONE")).to_be_focused()
    page.keyboard.type("b")
    page.keyboard.press("Enter")

    expect(lacks).to_be_hidden()
    expect(command(small, 1)).to_contain_text("get node 'worker-3' \\\n  -l \"zone=b\"")
    # The key that ends the writing presses no button.
    assert page.evaluate("navigator.clipboard.readText()") != command(small, 1).inner_text()


def test_arithmetic_says_that_it_wants_a_number(small: Visit) -> None:
    small.open("/runbooks/node-down/#COUNT=a")

    expect(small.page.locator("#step-3 .wp-lacks")).to_have_text("Set first: COUNT (has to be a number here)")
    small.page.evaluate("location.hash = 'COUNT=3'")
    expect(command(small, 3)).to_have_text("kubectl scale --replicas=$((3 + 1)) deployment/web")


def test_the_copy_button_takes_what_is_shown(small: Visit) -> None:
    small.open("/runbooks/node-down/#NODE=worker-3&ZONE=b")

    small.page.locator("#step-2").get_by_role("button", name="Copy").click()

    expect(small.page.locator(".md-dialog")).to_contain_text("Copied")
    copied = small.page.evaluate("navigator.clipboard.readText()")
    assert copied == "kubectl delete node 'worker-3'\necho done"


def test_a_link_with_the_values_is_copied_and_a_reset_clears_them(small: Visit) -> None:
    small.open("/runbooks/node-down/#verify&NODE=worker-3")
    open_fields(small)

    small.page.get_by_role("button", name="Copy a link with these values").click()

    expect(small.page.locator(".md-dialog")).to_contain_text("Copied")
    link = f"{small.base}/runbooks/node-down/#verify&NODE=worker-3"
    assert small.page.evaluate("navigator.clipboard.readText()") == link
    small.page.get_by_role("button", name="Reset").click()
    expect(small.page).to_have_url(re.compile(r"/node-down/#verify$"))
    expect(small.page.get_by_label("$NODE")).to_have_value("")
    expect(command(small, 2)).to_contain_text('"$NODE"')


def test_a_destructive_command_is_not_copied_by_a_slip(small: Visit) -> None:
    small.open("/runbooks/node-down/")
    step = small.page.locator("#step-2")
    code, button = step.locator("pre > code").bounding_box(), step.get_by_role("button", name="Copy")

    below = button.bounding_box()
    step.locator("pre > code").click(click_count=3)

    assert code is not None
    assert below is not None
    assert below["y"] >= code["y"] + code["height"]
    assert "\n" not in small.page.evaluate("getSelection().toString()")
    undo = step.locator(".wp-step__undo").bounding_box()
    assert undo is not None
    assert undo["y"] < code["y"]


def test_both_languages_fill_alike(small: Visit) -> None:
    small.open("/runbooks/node-down/")

    told = small.page.evaluate(
        "cases => cases.map(({ text, values }) => [waypostRunbook.fill(text, new Map(Object.entries(values))),"
        " waypostRunbook.needs(text)])",
        CASES,
    )

    assert told == [[case["filled"], case["needs"]] for case in CASES]


def test_a_shell_takes_from_the_page_exactly_the_value(small: Visit) -> None:
    small.open("/runbooks/nasty/")
    open_fields(small)
    field = small.page.get_by_label("$VALUE")
    shown: list[str] = []

    for value in NASTY:
        field.fill(value)
        expect(small.page.locator(".wp-lacks:visible")).to_have_count(0)
        shown += small.page.locator(".wp-step pre > code").all_inner_texts()

    steps = len(shown) // len(NASTY)
    script = "\n".join(f"( {each}\n)\nprintf '\\0'" for each in shown)
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert done.stdout.split("\0")[:-1] == [f"<{value}>" for value in NASTY for _ in range(steps)]
    link = json.loads(small.page.evaluate("JSON.stringify(location.href)"))
    small.page.goto("about:blank")
    small.page.goto(link)
    expect(small.page.locator(".wp-step pre > code").first).to_have_text(shown[-steps], use_inner_text=True)


def test_without_scripts_values_are_set_in_the_shell(browser: Browser, small_site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()

    page.goto(f"{small_site}/runbooks/node-down/#NODE=worker-3")
    page.locator(".wp-variables > summary").click()

    expect(page.locator(".wp-variables > summary")).to_have_text("Set these first: $NODE, $ZONE, $COUNT")
    lines = "export NODE=''  # such as worker-3\nexport ZONE=''  # such as a\nexport COUNT=''  # such as 3"
    expect(page.locator(".wp-variables__lines code")).to_have_text(lines, use_inner_text=True)
    expect(page.locator("#step-2 pre > code")).to_have_text(
        'kubectl delete node "$NODE"\necho done', use_inner_text=True
    )
    expect(page.locator("input:visible")).to_have_count(0)
    context.close()


def test_paper_shows_the_values_and_no_buttons(small: Visit) -> None:
    small.open("/runbooks/node-down/#NODE=worker-3")

    small.page.emulate_media(media="print")

    expect(command(small, 2)).to_contain_text("'worker-3'")
    expect(small.page.get_by_label("$NODE").first).to_have_value("worker-3")
    expect(small.page.locator("button:visible", has_text=re.compile("Copy|Reset"))).to_have_count(0)
    expect(small.page.locator(".wp-sections")).to_be_hidden()


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_everybody_can_read_and_fill_a_runbook(visit: VisitAs, width: int, height: int, scheme: str) -> None:
    reader = visit(width=width, height=height, scheme=scheme)
    reader.open("/runbooks/postgresql-disk-filling/#NAMESPACE=data&SLOT=NO")
    for summary in reader.page.locator(".wp-runbook-header summary").all():
        summary.click()
    reader.page.locator(".wp-lacks__name").first.click()
    expect(reader.page.locator(".wp-lacks__fields")).to_be_visible()

    found = reader.violations()
    reader.open("/runbooks/")
    found += reader.violations()

    assert found == []
    wide = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_the_index_shows_only_alerts_that_are_asked_for(visit: VisitAs) -> None:
    reader = visit(width=PHONE[0], height=PHONE[1])
    reader.open("/runbooks/")

    reader.page.get_by_role("searchbox", name="alert").fill("LATENCYhigh")

    expect(reader.page.locator(".wp-alerts tbody tr:visible")).to_have_count(1)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_url("**/runbooks/ingress-gateway-errors/")


def test_dashboards_and_what_else_burns_are_links(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/runbooks/ingress-gateway-errors/")
    header = reader.page.locator(".wp-runbook-header")

    expect(header.get_by_role("link", name="ingress-gateway", exact=True)).to_have_attribute(
        "href", "https://dashboards.example.com/d/ingress-gateway"
    )
    header.get_by_text("What else burns").click()
    header.locator(".wp-burns a").first.click()

    reader.page.wait_for_url("**/catalog/**")
