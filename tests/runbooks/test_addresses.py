from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

import build
from runbooks.conftest import See, page, shell
from waypost.core.database import transaction
from waypost.core.errors import ConflictError
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.runbooks import plugin as runbooks
from waypost.runbooks.addresses import Addresses, Entry, carried, make_addresses
from waypost.runbooks.likeness import misspelt_by, words_of
from waypost.runbooks.service import sync_runbooks

VARIABLES = "{NODE: {description: A node., example: n1, pattern: '^n[0-9]$'}}"
FILES = {
    "site/runbooks/edge-down.md": page(shell('ping "$NODE"'), variables=VARIABLES),
    "site/runbooks/certificates.md": page(
        alerts="[CertificateExpiringSoon, CertificateMetricsAbsent]",
        title="Certificate <b>ends</b>",
        about="",
    ),
    "site/runbooks/disk.md": page(alerts="[PostgresDiskFilling]", title="Disk full", about=""),
    "site/runbooks/odd.md": page(alerts='["Over the/top.txt"]', title="Odd", about=""),
    "site/runbooks/tidy.md": "# Tidy up\n",
}
BUILT = ("edge-down", "certificates")
HOSTILE = [
    pytest.param("x" * 20_000, id="long"),
    pytest.param("%00", id="null"),
    pytest.param("../../etc/passwd", id="above"),
    pytest.param("a/b/c", id="folders"),
    pytest.param("/", id="slash"),
    pytest.param("//evil.example.com", id="another host"),
    pytest.param("%2F%2Fevil.example.com", id="another host, encoded"),
    pytest.param("%5Cevil.example.com", id="backslash"),
    pytest.param("x%0d%0aSet-Cookie:%20a=b", id="header"),
    pytest.param("%ff%fe", id="no text"),
    pytest.param("%ED%A0%80", id="half a pair"),
    pytest.param("Über€🔥", id="other letters"),
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param("%1b%5b2J", id="escapes"),
    pytest.param("%252e%252e", id="encoded twice"),
    pytest.param(".", id="dot"),
    pytest.param("%20", id="blank"),
    pytest.param("favicon.ico", id="file"),
    pytest.param("x.TXT", id="text"),
]

Ask = Callable[[str], "Answer"]


class Answer:
    """An answer as a person sees it."""

    def __init__(self, status: int, where: str, text: str, headers: dict[str, str]) -> None:
        self.status, self.where, self.text, self.headers = status, where, text, headers


@pytest.fixture
def client(see: See, engine: Engine, tmp_path: Path) -> FlaskClient:
    """The server over five runbooks, with a built site that has the pages of two."""
    seen = see(FILES)
    with transaction(engine) as connection:
        sync_runbooks(build.context(connection, seen.knowledge))
    for name in BUILT:
        build.write_files(tmp_path / "built", {f"runbooks/{name}/index.html": name})
    build.write_files(tmp_path / "built", {"404.html": "nothing here", "r/edgedown/index.html": "static"})
    app = create_app(
        Settings(), plugins=(runbooks,), engine=engine, workspace=seen.workspace, site=tmp_path / "built"
    )
    return app.test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Asks for an address below ``/r/``."""

    def get(path: str) -> Answer:
        answer = client.get("/r/" + path)
        return Answer(
            answer.status_code,
            answer.headers.get("Location", ""),
            answer.get_data(as_text=True),
            dict(answer.headers),
        )

    return get


@pytest.mark.parametrize("name", ["EdgeDown", "edgedown", "EDGEDOWN", "edge-down", "EdgeDown/"])
def test_an_alert_leads_to_its_runbook_in_any_case(ask: Ask, name: str) -> None:
    answer = ask(name)

    assert (answer.status, answer.where) == (302, "../" * (1 + name.count("/")) + "runbooks/edge-down/")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param("NODE=n1", "#NODE=n1", id="a variable"),
        pytest.param("node=n1&severity=page", "?severity=page#NODE=n1", id="a label in small letters"),
        pytest.param("node=a%20b%26c&x", "?x=#NODE=a%20b%26c", id="what has to be encoded"),
        pytest.param("x=%0d%0aSet-Cookie:a", "?x=%0D%0ASet-Cookie%3Aa", id="a line's end"),
        pytest.param("NODE=n1&" + "x=1&" * 100, "", id="too many"),
        pytest.param("NODE=" + "n" * 9000, "", id="too long"),
    ],
)
def test_labels_go_along_and_fill_the_variables(ask: Ask, query: str, where: str) -> None:
    assert ask(f"edgedown?{query}").where == f"../runbooks/edge-down/{where}"


@pytest.mark.parametrize(
    ("name", "meant", "reason"),
    [
        ("EdgDown", "EdgeDown", "spelt almost the same: 1 letter off"),
        ("EgdeDown", "EdgeDown", "spelt almost the same: 1 letter off"),
        ("edge_down_x", "EdgeDown", "spelt almost the same: 1 letter off"),
        ("CertExpiry", "CertificateExpiringSoon", "the same words: certificate, expiring"),
        ("diskfilling", "PostgresDiskFilling", "its name holds these letters; the same words: disk, filling"),
    ],
)
def test_an_unknown_name_is_shown_what_it_may_have_meant(
    ask: Ask, name: str, meant: str, reason: str
) -> None:
    answer = ask(name)

    assert answer.status == 300
    near, _, rest = answer.text.partition("All runbooks by alert")
    first = near.split("<li>")[1]
    assert f"<b>{meant}</b>" in first
    assert reason in first
    assert all(alert in rest for alert in ("EdgeDown", "CertificateMetricsAbsent", "Tidy up"))


def test_a_service_leads_to_the_runbooks_about_it() -> None:
    entry = Entry("GatewayErrors", "gateway", "Gateway", "x/", services=("Public ingress",))

    (likely,) = Addresses((entry, Entry("DiskFull", "disk", "Disk", "y/"))).likely("IngressSlow")

    assert (likely.entry, likely.reasons) == (entry, ("it is about Public ingress",))


def test_what_is_like_nothing_is_shown_everything(ask: Ask) -> None:
    answer = ask("zzzz")

    assert answer.status == 300
    assert "No alert is called anything like it" in answer.text
    assert "EdgeDown" in answer.text


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["", ".txt"])
def test_no_name_is_not_found_or_leads_elsewhere(client: FlaskClient, name: str, suffix: str) -> None:
    answer = client.get(f"/r/{name}{suffix}")

    assert answer.status_code in (200, 300, 302)
    where = answer.headers.get("Location", "")
    assert not urlsplit(where).netloc
    assert "\\" not in where
    assert "Set-Cookie" not in answer.headers
    told = answer.get_data(as_text=True)
    assert "<script>alert" not in told or answer.mimetype == "text/plain"
    assert re.search(r"[\x00-\x08\x0b-\x1f\x7f]", told) is None


def test_all_alerts_are_listed(ask: Ask, client: FlaskClient) -> None:
    assert client.get("/r").headers["Location"] == "r/"
    assert ask("").status == 200
    assert 'href="../runbooks/certificates/"' in ask("").text
    assert "Certificate &lt;b&gt;ends&lt;/b&gt;" in ask("").text
    listed = [line.split("  ")[0] for line in ask("index.txt").text.splitlines()]
    assert listed == [
        "CertificateExpiringSoon", "CertificateMetricsAbsent", "EdgeDown", "Over the/top.txt", "PostgresDiskFilling", "tidy",
    ]  # fmt: skip


def test_a_page_that_is_not_built_is_shown_as_text(ask: Ask) -> None:
    answer = ask("PostgresDiskFilling")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Disk full" in answer.text
    assert "after 15 minutes: platform" in answer.text


def test_what_is_answered_goes_before_a_file_of_the_site(ask: Ask) -> None:
    assert ask("edgedown").status == 302


def test_text_takes_the_values_that_fit(ask: Ask) -> None:
    assert "ping 'n1'" in ask("EdgeDown.txt?node=n1").text
    assert 'ping "$NODE"' in ask("EdgeDown.txt?node=rm").text
    assert ask("EdgeDown.txt").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_text_of_an_unknown_name_tells_what_it_may_have_meant(ask: Ask) -> None:
    answer = ask("EdgDown.txt")

    assert answer.status == 300
    assert answer.text.startswith(
        "No runbook answers 'EdgDown'. It may be one of these:\n\nEdgeDown  The edge is down (spelt"
    )
    assert "All alerts:\nCertificateExpiringSoon" in answer.text


def test_while_the_database_is_away_what_was_read_before_is_used(client: FlaskClient, engine: Engine) -> None:
    read = [client.get(path).data for path in ("/r/edgedown", "/r/edgedown.txt")]
    _break(engine)

    assert [client.get(path).data for path in ("/r/edgedown", "/r/edgedown.txt")] == read
    assert client.get("/r/edgedown").status_code == 302


@pytest.mark.parametrize(
    ("name", "status", "told"), [("edgedown/", 200, "static"), ("gone", 300, "nothing here")]
)
def test_without_a_database_the_built_site_answers(
    client: FlaskClient, engine: Engine, name: str, *, status: int, told: str
) -> None:
    _break(engine)

    answer = client.get(f"/r/{name}")

    assert (answer.status_code, answer.get_data(as_text=True)) == (status, told)


def test_without_a_database_or_a_site_the_answer_is_that_it_is_away(see: See, engine: Engine) -> None:
    _break(engine)
    app = create_app(Settings(), plugins=(runbooks,), engine=engine, workspace=see({}).workspace)

    assert app.test_client().get("/r/x").status_code == 503


def test_addresses_follow_the_runbooks(client: FlaskClient, see: See, engine: Engine) -> None:
    assert client.get("/r/NewAlert").status_code == 300
    seen = see({"site/runbooks/edge-down.md": page(alerts="[NewAlert]")})
    with transaction(engine) as connection:
        sync_runbooks(build.context(connection, seen.knowledge))

    assert client.get("/r/NewAlert").status_code == 302


def test_alerts_that_differ_by_case_have_one_address() -> None:
    def document(name: str, alert: str) -> dict[str, object]:
        return {
            "name": name, "title": name, "alerts": [alert], "severity": "page", "owner": "group:x",
            "page": f"runbooks/{name}.md", "about": [],
        }  # fmt: skip

    addresses = make_addresses([document("a", "EdgeDown"), document("b", "EDGEDOWN")])

    assert [(entry.alert, entry.page) for entry in addresses.entries] == [("EdgeDown", "runbooks/a/")]


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("EdgeDown", True), ("edge:down", False), ("a/b", False), ("..", False), ("a.", False), ("CON", False),
        ("index", False), ("Über", True), ("a b", False), ("x" * 101, False), ("", False),
    ],
)  # fmt: skip
def test_only_names_that_every_system_takes_become_files(name: str, is_plain: bool) -> None:  # noqa: FBT001
    assert Entry(name, "x", "x", "x/").is_plain is is_plain


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("KubeAPIErrorBudgetBurn", ("kube", "api", "error", "budget", "burn")),
        ("etcd_noLeader-2", ("etcd", "no", "leader", "2")),
        ("", ()),
    ],
)
def test_a_name_is_made_of_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("abc", "xbcd", 2),
        ("abc", "xyz", None),
        ("", "abc", None),
    ],
)
def test_letters_are_compared(one: str, other: str, wrong: int | None) -> None:
    assert misspelt_by(one, other) == wrong


def test_a_query_without_variables_stays_as_it_is() -> None:
    assert carried(Entry("a", "a", "a", "a/"), "x=1") == ("x=1", "")


def test_three_thousand_alerts_are_compared_within_a_second() -> None:
    entries = tuple(Entry(f"Kube{a}Disk{b}Errors", "x", "x", "x/") for a in range(60) for b in range(50))
    addresses = Addresses(entries)
    started = time.process_time()

    assert addresses.likely("KubeNodeDiskErors" * 50)[:0] == ()
    assert addresses.likely("Kube7Disk8Erors")[0].entry.alert == "Kube7Disk8Errors"
    assert time.process_time() - started < 1


@pytest.mark.parametrize("prefix", ["api", "R", "a/b", "", "healthz"])
def test_a_prefix_is_one_word_that_is_not_taken(see: See, engine: Engine, prefix: str) -> None:
    plugin = Plugin(name="odd", summary="", roots={prefix: lambda: Blueprint("odd", __name__)})

    with pytest.raises(ConflictError, match="plugin 'odd' cannot have addresses below"):
        create_app(Settings(), plugins=(plugin,), engine=engine, workspace=see({}).workspace)


def test_two_plugins_cannot_answer_below_the_same_prefix(see: See, engine: Engine) -> None:
    plugin = Plugin(name="odd", summary="", roots={"r": lambda: Blueprint("odd", __name__)})

    with pytest.raises(ConflictError, match="'runbooks' and 'odd' both have addresses below '/r'"):
        create_app(Settings(), plugins=(runbooks, plugin), engine=engine, workspace=see({}).workspace)


def _break(engine: Engine) -> None:
    """Let every statement fail, as it does where the database is away."""

    def fail(connection: object, cursor: object, statement: str, *_: object) -> tuple[str, tuple[()]]:
        del connection, cursor, statement
        return "select * from away", ()

    event.listen(engine, "before_cursor_execute", fail, retval=True)
