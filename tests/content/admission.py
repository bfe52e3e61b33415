"""Judges manifests by a ValidatingAdmissionPolicy, the way an API server would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext.ext_strings import ExtStrings

Json = Mapping[str, Any]


@cache
def _environment() -> cel.Env:
    names = ("object", "variables", "request")
    return cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN), extensions=[ExtStrings()])


def _evaluate(expression: str, data: Json) -> Any:
    return _environment().compile(expression).eval(data=data).plain_value()


def refusals(policy: Json, manifest: Json) -> list[str]:
    """Return the messages with which *policy* refuses *manifest*, none where it passes or is not judged."""
    spec = policy["spec"]
    given: dict[str, Any] = {"object": manifest, "variables": {}}
    if not all(_evaluate(condition["expression"], given) for condition in spec.get("matchConditions", [])):
        return []
    for variable in spec.get("variables", []):
        given["variables"][variable["name"]] = _evaluate(variable["expression"], given)
    return list(_messages(spec["validations"], given))


def _messages(validations: list[Json], given: Json) -> Iterator[str]:
    for validation in validations:
        if _evaluate(validation["expression"], given) is not True:
            yield _evaluate(validation["messageExpression"], given)


def is_matched(policy: Json, manifest: Json) -> bool:
    """Tell whether the rules of *policy* name the kind of *manifest*, created."""
    group, _, version = manifest["apiVersion"].rpartition("/")
    plural = f"{manifest['kind'].lower()}s"
    return any(
        group in rule["apiGroups"]
        and version in rule["apiVersions"]
        and "CREATE" in rule["operations"]
        and plural in rule["resources"]
        for rule in policy["spec"]["matchConstraints"]["resourceRules"]
    )
