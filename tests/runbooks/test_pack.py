from __future__ import annotations

import hashlib
import io
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, expect

import build
from runbooks.conftest import CATALOG, See, page, rule_file, shell
from waypost.cli.group import main
from waypost.core.errors import InputError
from waypost.core.plugin import Api, SiteContext
from waypost.core.settings import Settings
from waypost.runbooks.offline.pack import make_pack
from waypost.runbooks.offline.packfiles import pack_pages, pack_time, write_folder, zip_of

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
HOSTILE = """<script src="https://evil.example.com/x.js"></script>
<link rel="stylesheet" href="https://evil.example.com/x.css">
<style>@import url(https://evil.example.com/y.css);</style>
<iframe src="https://evil.example.com/"></iframe>
<p style="background:url(https://evil.example.com/z.png)" onclick="alert(1)">Said</p>
<img src="https://evil.example.com/i.png" alt="Theirs" srcset="https://evil.example.com/j.png">
<video src="https://evil.example.com/v.mp4" poster="https://evil.example.com/p.png"></video>
<a href="javascript:alert(1)">Bad</a> <form action="https://evil.example.com/"><button>Go</button></form>
"""
BODY = f"""{shell('ping "$NODE"', 'effect=destructive undo="none" expect="gone"')}

![Map](map.svg) ![Gone](gone.png)

[other](disk.md#meaning), [here](#deeper), [elsewhere](../how-to/x.md), [web](https://example.com/docs)

```mermaid
graph TD; a-->b
```

!!! warning "Mind"
    Wait.

| a | b |
|---|---|
| 1 | 2 |

### Deeper

{HOSTILE}
"""
FILES = {
    "catalog/all.yaml": CATALOG
    + """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, title: The shop}
spec: {type: service, lifecycle: production, owner: group:platform, dependsOn: ["component:edge"]}
""",
    "site/runbooks/edge-down.md": page(BODY, variables="{NODE: {description: A node.}}"),
    "site/runbooks/disk.md": page("## Meaning\n\nFull.", alerts="[DiskFull]", title="Disk full", tier=""),
    "site/runbooks/old.md": page("x", alerts="[Old]", status="retired"),
    "site/runbooks/Über uns.md": "# Us\n",
    "site/runbooks/map.svg": SVG,
    "site/alerts.yaml": rule_file(("Unanswered", "page"), ("EdgeDown", "page")),
}


@pytest.fixture
def pack(see: See) -> dict[str, bytes]:
    """The pack of three runbooks, and one that is retired."""
    seen = see(FILES)
    return make_pack(seen.workspace, seen.knowledge, AT)


def test_the_pack_has_a_page_and_a_text_for_each_runbook_and_a_file_for_each_tier(
    pack: dict[str, bytes],
) -> None:
    pictures = [path for path in pack if path.startswith("pictures/")]

    assert len(pictures) == 1
    assert sorted(pack.keys() - pictures) == [
        "README.txt", "SHA256SUMS", "index.html", "runbooks/disk.html", "runbooks/edge-down.html",
        "runbooks/Über-uns.html", "text/disk.txt", "text/edge-down.txt", "text/index.txt", "text/Über-uns.txt",
        "tiers/none.html", "tiers/tier-1.html",
    ]  # fmt: skip


def test_the_first_page_leads_from_an_alert_and_tells_whom_to_call(pack: dict[str, bytes]) -> None:
    index = pack["index.html"].decode()

    assert "Valid as of 2026-11-02 12:00 UTC." in index
    assert '<td><a href="runbooks/edge-down.html">EdgeDown</a></td>' in index
    assert '<a href="runbooks/%C3%9Cber-uns.html">' in index
    assert "<td>The edge</td>" in index
    assert "<td>The shop</td>" in index
    assert "no contact in the catalog" in index
    assert "<code>Unanswered</code>" in index


def test_links_stay_in_the_pack_or_show_their_address(pack: dict[str, bytes]) -> None:
    one, tier = (pack[path].decode() for path in ("runbooks/edge-down.html", "tiers/tier-1.html"))

    assert '<a href="../runbooks/disk.html#meaning">other</a>' in one
    assert '<a href="#deeper">here</a>' in one
    assert 'id="deeper"' in one
    assert '<a href="#edge-down--deeper">here</a>' in tier
    assert 'id="edge-down--deeper"' in tier
    assert "elsewhere</a> (site/how-to/x.md)" in one
    assert '<a href="https://example.com/docs">web</a>' in one
    assert "[picture: Gone]" in one


def test_nothing_in_the_pack_asks_for_anything(pack: dict[str, bytes]) -> None:
    for path, data in pack.items():
        if path.endswith(".html"):
            html = data.decode().replace('<link rel="icon" href="data:,">', "")
            assert re.findall(r"<(?:script|link|iframe|video|form|object|base)\b", html) == [], path
            assert re.findall(r"\s(?:on\w+|style|srcset|poster)=", html) == [], path
            assert re.findall(r"""(?:src=["']|url\(|@import )(?!["']?\.\./pictures/)""", html) == [], path
            assert "javascript:" not in re.sub(r"\(javascript:alert\(1\)\)", "", html), path


def test_every_link_within_the_pack_leads_somewhere(pack: dict[str, bytes]) -> None:
    for path, data in pack.items():
        for target, anchor in re.findall(
            r'(?:href|src)="(?!https?:|mailto:|data:,)([^"#]*)(?:#([^"]*))?"', data.decode()
        ):
            folder = Path(path).parent
            there = (folder / target.replace("%C3%9C", "Ü")).as_posix() if target else path
            where = str(Path("/", there).resolve().relative_to("/"))
            assert where in pack, (path, target)
            assert not anchor or f'id="{anchor}"' in pack[where].decode(), (path, anchor)


def test_checksums_fit_every_other_file(pack: dict[str, bytes]) -> None:
    lines = dict(line.split("  ")[::-1] for line in pack["SHA256SUMS"].decode().splitlines())

    assert lines == {
        path: hashlib.sha256(data).hexdigest() for path, data in pack.items() if path != "SHA256SUMS"
    }


def test_the_same_workspace_gives_the_same_bytes(see: See, pack: dict[str, bytes]) -> None:
    seen = see(FILES)
    again = make_pack(seen.workspace, seen.knowledge, AT)

    assert again == pack
    assert zip_of(again, AT) == zip_of(dict(reversed(pack.items())), AT)
    with ZipFile(io.BytesIO(zip_of(pack, AT))) as opened:
        assert {info.filename: opened.read(info) for info in opened.infolist()} == {
            f"incident-pack/{path}": data for path, data in pack.items()
        }
        assert {info.date_time for info in opened.infolist()} == {(2026, 11, 2, 12, 0, 0)}


def test_names_that_are_alike_on_some_system_have_files_of_their_own(see: See) -> None:
    seen = see({f"site/runbooks/{name}.md": page(alerts=f"[{name}x]") for name in ("a b", "a-b", "A-B")})

    files = make_pack(seen.workspace, seen.knowledge, AT)

    assert sorted(path for path in files if path.startswith("runbooks/")) == [
        "runbooks/A-B.html", "runbooks/a-b-2.html", "runbooks/a-b-3.html",
    ]  # fmt: skip


def test_a_workspace_without_runbooks_has_no_pack(see: See) -> None:
    seen = see({})
    context = SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=_no_api(), now=AT
    )

    assert list(pack_pages(context)) == []


def test_the_site_has_the_pack_as_files_and_to_download(see: See) -> None:
    seen = see(FILES)
    context = SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=_no_api(), now=AT
    )

    pages = {made.uri: made.data for made in pack_pages(context)}

    files = make_pack(seen.workspace, seen.knowledge, AT)
    assert pages == {f"pack/{path}": data for path, data in files.items()} | {
        "pack/incident-pack.zip": zip_of(files, AT)
    }


def test_the_command_makes_a_folder_or_a_file_and_replaces_only_a_pack(
    see: See, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = see(FILES).workspace.root
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(AT.timestamp())))

    def pack(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--workspace", str(root), "pack", *arguments])
        return result.exit_code, result.output

    code, told = pack()
    assert code == 0
    assert re.search(r"build/incident-pack: 13 files, \d+ kB, valid as of 2026-11-02 12:00 UTC\n", told)
    assert (root / "build/incident-pack/index.html").is_file()
    assert pack()[0] == 0
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    assert (pack("--output", str(first))[0], pack("--output", str(second))[0]) == (0, 0)
    assert first.read_bytes() == second.read_bytes()
    other = tmp_path / "other"
    build.write_files(other, {"mine.txt": "x"})
    assert pack("--output", str(other)) == (
        1, f"Error: {other}: holds something else than an incident pack; name another folder\n",
    )  # fmt: skip
    assert (other / "mine.txt").is_file()
    assert pack("--output", str(other / "mine.txt"))[0] == 1
    assert pack("--output", "/proc/none/x.zip")[0] == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert "'soon' is no number of seconds" in pack()[1]


def test_a_workspace_without_runbooks_is_told(see: See) -> None:
    result = CliRunner().invoke(main, ["--workspace", str(see({}).workspace.root), "pack"])

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_a_time_before_zip_files_and_one_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert zip_of({"a": b"x"}, pack_time(AT))
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert pack_time(AT) == AT
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "9" * 30)
    with pytest.raises(InputError):
        pack_time(AT)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pack_opens_from_a_disk_without_a_network(
    pack: dict[str, bytes], tmp_path: Path, browser: Browser, scheme: str
) -> None:
    folder = tmp_path / "stick" / "incident pack"
    write_folder(pack, folder)
    asked: list[str] = []
    with browser.new_context(
        offline=True,
        viewport={"width": 390, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        context.on("request", lambda request: asked.append(request.url))
        visitor = context.new_page()
        visitor.goto((folder / "index.html").as_uri())
        violations = Axe().run(visitor).response["violations"]
        visitor.get_by_role("link", name="EdgeDown").click()

        expect(visitor.get_by_role("heading", level=1)).to_have_text("The edge is down")
        expect(visitor.get_by_role("img", name="Map")).to_be_visible()
        violations += Axe().run(visitor).response["violations"]
        visitor.get_by_role("link", name="other").click()
        expect(visitor).to_have_url(re.compile(r"disk\.html#meaning$"))
        visitor.get_by_role("link", name="All runbooks").click()
        visitor.get_by_role("link", name="tier-1", exact=True).click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("The edge is down")
        visitor.emulate_media(media="print")
        expect(visitor.get_by_role("link", name="All runbooks")).to_be_hidden()
        width = visitor.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert [
        (each["id"], node["html"][:200], node["any"][:1]) for each in violations for node in each["nodes"]
    ] == []
    assert [url for url in asked if not url.startswith("file://")] == []
    assert width <= 0
    shutil.rmtree(folder)


def _no_api() -> Api:
    class Nothing:
        def get(self, path: str, /, **query: str) -> object:
            raise AssertionError((path, query))

    return Nothing()
