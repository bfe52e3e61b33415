from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from content.admission import is_matched, refusals
from content.beside import (
    ALERTS,
    POLICIES,
    SITE,
    alerts,
    front_matter,
    manifests,
    name_of,
    queries,
    yaml_documents,
)

# Where each kind lives as of Kubernetes 1.37 and Gateway API 1.x; a version that was removed is not here.
CURRENT = {
    "CronJob": "batch/v1",
    "Deployment": "apps/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "NetworkPolicy": "networking.k8s.io/v1",
    "Pod": "v1",
    "PodDisruptionBudget": "policy/v1",
    "Service": "v1",
    "ServiceAccount": "v1",
    "StatefulSet": "apps/v1",
    "ValidatingAdmissionPolicy": "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicyBinding": "admissionregistration.k8s.io/v1",
}
MANIFESTS = [pytest.param(found, id=f"{name_of(path)}-{found['kind']}") for path, found in manifests()]
FIXTURES = sorted(path for policy in POLICIES for path in policy.parent.glob("fixtures/*/*.yaml"))
RULES = [pytest.param(rule, id=f"{path.stem}-{rule['alert']}") for path, rule in alerts()]
WEB_SERVICE = {found["kind"]: found for path, found in manifests() if path.parent.name == "web-service"}


def _policy_of(fixture: Path) -> Any:
    return yaml_documents(fixture.parents[2] / "policy.yaml")[0]


def _expected(fixture: Path) -> list[str]:
    lines = fixture.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.y*ml")), ids=name_of)
def test_yaml_parses_and_is_not_empty(path: Path) -> None:
    assert yaml_documents(path) != []


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.svg")), ids=name_of)
def test_a_drawing_says_in_words_what_it_shows(path: Path) -> None:
    drawing = ET.parse(path).getroot()  # noqa: S314 - The file is our own.
    space = {"svg": "http://www.w3.org/2000/svg"}
    decorative = drawing.get("aria-hidden") == "true"

    assert decorative or (drawing.findtext("svg:title", None, space) and drawing.get("role") == "img")


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_manifest_has_a_name_and_the_current_version_of_its_kind(manifest: dict[str, Any]) -> None:
    assert manifest["apiVersion"] == CURRENT[manifest["kind"]]
    assert manifest["metadata"]["name"]
    assert isinstance(manifest.get("spec", {}), dict)


def test_what_belongs_to_the_web_service_finds_its_pods() -> None:
    labels = WEB_SERVICE["Deployment"]["spec"]["template"]["metadata"]["labels"].items()
    selectors = [
        WEB_SERVICE["Deployment"]["spec"]["selector"]["matchLabels"],
        WEB_SERVICE["Service"]["spec"]["selector"],
        WEB_SERVICE["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        WEB_SERVICE["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ]

    assert [selector for selector in selectors if not selector.items() <= labels] == []


def test_the_web_services_route_and_autoscaler_name_what_is_there() -> None:
    backend = WEB_SERVICE["HTTPRoute"]["spec"]["rules"][0]["backendRefs"][0]
    service, target = WEB_SERVICE["Service"], WEB_SERVICE["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]

    assert (backend["name"], backend["port"]) == (
        service["metadata"]["name"],
        service["spec"]["ports"][0]["port"],
    )
    assert target["name"] == WEB_SERVICE["Deployment"]["metadata"]["name"]
    assert "replicas" not in WEB_SERVICE["Deployment"]["spec"]


def test_the_web_service_keeps_the_policies() -> None:
    refused = [refusals(yaml_documents(policy)[0], WEB_SERVICE["Deployment"]) for policy in POLICIES]

    assert refused == [[]]


@pytest.mark.parametrize("fixture", FIXTURES, ids=name_of)
def test_a_policy_judges_every_fixture_as_expected(fixture: Path) -> None:
    policy, manifest = _policy_of(fixture), yaml_documents(fixture)[0]
    expected = _expected(fixture)

    messages = refusals(policy, manifest)

    assert is_matched(policy, manifest)
    assert [message.partition(":")[0] for message in messages] == expected
    assert bool(expected) is (fixture.parent.name == "bad")


@pytest.mark.parametrize("policy", POLICIES, ids=name_of)
def test_a_policys_binding_does_what_its_page_says(policy: Path) -> None:
    page = front_matter(policy.parent / "index.md")
    binding = yaml_documents(policy.parent / "binding.yaml")[0]
    actions = {"audit": ["Audit"], "warn": ["Warn", "Audit"], "enforce": ["Deny", "Audit"]}

    assert binding["spec"]["policyName"] == yaml_documents(policy)[0]["metadata"]["name"]
    assert binding["spec"]["validationActions"] == actions[page["enforcement"]]
    assert [name for name in page["artefacts"] if not (policy.parent / name).is_file()] == []


@pytest.mark.parametrize("rule", RULES)
def test_an_alert_waits_is_graded_and_leads_to_its_runbook(rule: dict[str, Any]) -> None:
    pages = [front_matter(page) for page in (SITE / "runbooks").glob("*.md")]

    assert rule["for"]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["runbook_url"].endswith(f"/r/{rule['alert']}")
    assert [page["title"] for page in pages if rule["alert"] in page.get("alerts", ())] != []


@pytest.mark.parametrize("path", ALERTS, ids=name_of)
def test_the_tests_of_alert_rules_pass(path: Path) -> None:
    ran = _promtool("test", "rules", path.with_suffix(".test.yaml").name, at=path.parent)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_queries_on_pages_can_be_asked(tmp_path: Path) -> None:
    rules = [{"record": f"page:{number}", "expr": text} for number, text in enumerate(queries())]
    group = {"name": "pages", "rules": rules}
    (tmp_path / "pages.yaml").write_text(yaml.safe_dump({"groups": [group]}), encoding="utf-8")

    ran = _promtool("check", "rules", "--lint=none", "pages.yaml", at=tmp_path)

    assert len(rules) > 0
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _promtool(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    return subprocess.run([promtool, *words], cwd=at, capture_output=True, text=True, check=False)
