from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.adr import names


@pytest.mark.parametrize(
    ("name", "number", "slug"),
    [
        ("0007-use-one-gateway", 7, "use-one-gateway"),
        ("adr-07", 7, ""),
        ("ACME-ADR-Operator-0010-metrics scraping", 10, "metrics-scraping"),
        ("20200924-use-markdown", None, "use-markdown"),
        ("2023-11-27-refactor", None, "refactor"),
        ("draft-use-one-gateway", None, "use-one-gateway"),
        ("use-http-2", None, "use-http-2"),
        ("0003-use-apache-2-0", 3, "use-apache-2-0"),
    ],
)
def test_number_and_slug_are_in_the_name(name: str, number: int | None, slug: str) -> None:
    assert (names.number_of(name), names.slug_of(name)) == (number, slug)


@pytest.mark.parametrize(
    ("title", "number", "split"),
    [
        ("ADR 263: Proxies", 263, (263, "Proxies")),
        ("ADR-23 Tasks as plugins", 23, (23, "Tasks as plugins")),
        ("ACME-ADR-DR-0001: Registry", 1, (1, "Registry")),
        ("ADR: Hooks", 1751, (None, "Hooks")),
        ("4. Markdown format", 4, (4, "Markdown format")),
        ("0001 - Reactive forms", 1, (1, "Reactive forms")),
        ("34 Serverless", 34, (34, "Serverless")),
        ("3 ways to deploy", 9, (None, "3 ways to deploy")),
        ("ADR TICKET-979 Evaluation", 1, (None, "ADR TICKET-979 Evaluation")),
        ("Use one gateway", 7, (None, "Use one gateway")),
    ],
)
def test_a_title_is_split_from_its_number(title: str, number: int, split: tuple[int | None, str]) -> None:
    assert names.split_title(title, number) == split


def test_a_wrong_bare_number_is_one_where_titles_beside_it_have_them() -> None:
    assert names.split_title("29 Root users", 30, bare_numbers=True) == (29, "Root users")


def test_a_folder_names_the_readme_in_it() -> None:
    assert names.name_of("adr/2022-02-07-tracing/README.md") == "2022-02-07-tracing"
    assert names.name_of("adr/README.md") == "README"


def test_a_name_may_begin_with_a_date() -> None:
    assert names.date_of("20200924-use-markdown") == date(2020, 9, 24)
    assert names.date_of("0007-use-one-gateway") is None


@pytest.mark.parametrize(
    ("name", "is_template"),
    [
        ("template", True),
        ("adr-template-bare", True),
        ("modele-adr", True),
        ("template-engine", False),
        ("adr", False),
    ],
)
def test_a_template_is_known_by_its_name(name: str, *, is_template: bool) -> None:
    assert names.is_template_name(name) is is_template


@given(st.text())
def test_no_name_breaks_the_reading(name: str) -> None:
    names.slug_of(name)
    names.split_title(name, names.number_of(name))
