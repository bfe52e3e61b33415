"""Facts about how long products are supported, and where pages name their versions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from waypost.core.errors import Problem
from waypost.documents.endoflife import EndOfLife, Product, find_in_code, find_in_prose, read_product

FIRST_API = """\
[{"cycle": "1.31", "releaseDate": "2024-08-13", "eol": "2025-10-28", "latest": "1.31.14", "lts": false},
 {"cycle": "1.35", "eol": false}, {"cycle": "1.2", "eol": true}]
"""
SECOND_API = """\
{"schema_version": "1.2.0", "result": {"name": "kubernetes", "aliases": ["k8s"], "label": "Kubernetes",
 "identifiers": [{"type": "purl", "id": "pkg:docker/kindest/node"}],
 "releases": [{"name": "1.31", "isEol": true, "eolFrom": "2025-10-28"},
              {"name": "1.35", "isEol": false, "eolFrom": null}]}}
"""
SOURCE = """\
---
title: Amazon EKS
permalink: /amazon-eks
alternate_urls: [/eks]
releases:
  - releaseCycle: "1.31"
    eol: 2025-11-26
---
> A service.
"""
KUBERNETES = Product(
    "Kubernetes", frozenset({"kubernetes", "k8s", "node"}), {"1.31": date(2025, 10, 28), "1.35": False}
)
KNOWN = EndOfLife((KUBERNETES,)).by_name


@pytest.mark.parametrize(
    ("path", "text", "product"),
    [
        (
            "kubernetes.json",
            FIRST_API,
            Product(
                "kubernetes",
                frozenset({"kubernetes"}),
                {"1.31": date(2025, 10, 28), "1.35": False, "1.2": True},
                "kubernetes.json",
            ),
        ),
        (
            "k.json",
            SECOND_API,
            Product(
                "Kubernetes",
                frozenset({"k", "kubernetes", "k8s", "node"}),
                {"1.31": date(2025, 10, 28), "1.35": False},
                "k.json",
            ),
        ),
        (
            "eks.md",
            SOURCE,
            Product(
                "Amazon EKS",
                frozenset({"eks", "amazon-eks", "amazon eks"}),
                {"1.31": date(2025, 11, 26)},
                "eks.md",
            ),
        ),
    ],
    ids=["the first API", "the second API", "the source"],
)
def test_a_product_is_read_in_each_shape(path: str, text: str, product: Product) -> None:
    problems: list[Problem] = []

    assert read_product(path, text, problems) == product
    assert problems == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[{", "is not JSON"),
        ("7", "holds no list of releases"),
        ('{"releases": {}}', "holds no list of releases"),
        ('[{"cycle": "1"}]', "release 1 has no version"),
        ('["1"]', "release 1 has no version"),
        ('[{"cycle": "1", "eol": "soon"}]', "release 1 has no version"),
    ],
)
def test_a_file_of_another_shape_is_told(text: str, told: str) -> None:
    problems: list[Problem] = []

    read_product("a.json", text, problems)

    assert [problem.message[: len(told)] for problem in problems] == [told]


def test_a_page_for_people_is_no_product() -> None:
    problems: list[Problem] = []

    assert read_product("README.md", "# What is here\n", problems) is None
    assert problems == []


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("1.31.4", ("1.31", date(2025, 10, 28))),
        ("1.31", ("1.31", date(2025, 10, 28))),
        ("1.3", None),
        ("1", None),
    ],
)
def test_a_version_belongs_to_the_longest_release(version: str, found: object) -> None:
    assert KUBERNETES.end_of(version) == found


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("We run Kubernetes 1.31.", ["1.31"]),
        ("Clusters are at K8S v1.31.4,", ["1.31.4"]),
        ("kubernetes version 1.31", ["1.31"]),
        ("It needs Kubernetes 1.31 or later", []),
        ("Kubernetes 1.31+ is needed", []),
        ("removed in Kubernetes 1.31", []),
        ("since Kubernetes 1.31", []),
        ("mykubernetes 1.31 and kubernetes-1.31", []),
        ("kubernetes 1.31-gke", []),
    ],
)
def test_prose_names_versions(text: str, versions: list[str]) -> None:
    assert [mention.version for mention in find_in_prose(text, KNOWN)] == versions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("image: kindest/node:v1.31.2@sha256:0", [("1.31.2", 5)]),
        ("a\ndocker run registry.example.org:5000/k8s:1.31", [("1.31", 6)]),
        ("curl http://node:8080/", []),
        ("kubernetes: 1.31", []),
    ],
)
def test_code_takes_images(text: str, found: list[tuple[str, int]]) -> None:
    mentions = find_in_code(text, KNOWN, line=5)

    assert [(mention.version, mention.line) for mention in mentions] == found


def test_without_products_nothing_is_looked_for() -> None:
    assert list(find_in_prose("Kubernetes 1.31", EndOfLife().by_name)) == []


def test_this_repository_can_tell_its_own_versions() -> None:
    folder = Path(__file__).parents[2] / "catalog/end-of-life"
    problems: list[Problem] = []

    products = [read_product(file.name, file.read_text(), problems) for file in folder.glob("*.json")]

    assert problems == []
    assert all(product and product.ends for product in products)
