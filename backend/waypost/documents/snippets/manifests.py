"""Kubernetes manifests: which documents are some, and what Kubernetes' own schemas find wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from waypost.core.errors import suggest

_CORE: Final = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""Groups of Kubernetes itself that end in no domain; the others end in ``.k8s.io``."""
_CORE_K8S: Final = re.compile(
    r"(?:admissionregistration|api(?:extensions|registration)|authentication|authorization|autoscaling|batch"
    r"|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|policy|rbac\.authorization"
    r"|resource|scheduling|storage|storagemigration)\.k8s\.io\Z"
)
_ELIDED: Final = re.compile(
    r"^[ \t]*+(?:- )?(?:#?[ \t]*+(?:\.\.\.|…|\[\.\.\.\]|\[…\])|.*:[ \t]*(?:\.\.\.|…))", re.MULTILINE
)
_FOR_ENVSUBST: Final = re.compile(r"\$\{[A-Za-z_]")
_API_VERSION: Final = re.compile(r"[\w.-]+(?:/v\w+)?\Z")


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """What is wrong with a manifest, and the keys that lead there."""

    keys: tuple[str | int, ...]
    message: str
    fix: str


def is_manifest(value: Any) -> bool:
    """Tell whether *value* has what every Kubernetes object has: ``apiVersion`` and ``kind``."""
    if not isinstance(value, Mapping):
        return False
    version, kind = value.get("apiVersion"), value.get("kind")
    return (
        isinstance(version, str)
        and isinstance(kind, str)
        and bool(kind)
        and _API_VERSION.match(version) is not None
    )


def is_template(text: str) -> bool:
    """Tell whether *text* is for Helm, Jinja or ``envsubst`` to fill in: it is no manifest before that."""
    return "{" in text and any(_is_filled(line) for line in text.split("\n"))


def _is_filled(line: str) -> bool:
    opened, named = line.find("{{"), _FOR_ENVSUBST.search(line)
    return (
        "{%" in line
        or (opened >= 0 and line.rfind("}}") >= opened + 2)
        or (named is not None and line.find("}", named.end()) >= 0)
    )


def is_elided(text: str) -> bool:
    """Tell whether *text* leaves something out, as ``...`` on a line or as a value says."""
    return _ELIDED.search(text) is not None


def group_of(manifest: Mapping[str, Any]) -> str:
    """Return the API group of *manifest*, "" for the oldest one."""
    group, slash, _ = manifest["apiVersion"].partition("/")
    return group if slash else ""


def is_core(manifest: Mapping[str, Any]) -> bool:
    """Tell whether *manifest* is of a group that Kubernetes itself serves."""
    group = group_of(manifest)
    return group in _CORE or _CORE_K8S.match(group) is not None


def known_versions() -> tuple[str, ...]:
    """Return the versions of Kubernetes whose schemas are at hand, oldest first, such as ``1.37``."""
    from kubernetes_validate import utils  # noqa: PLC0415 - only where there is a manifest

    return tuple(".".join(version.split(".")[:2]) for version in utils.all_versions())


def manifest_faults(manifest: Mapping[str, Any], version: str, *, is_part: bool) -> list[ManifestFault]:
    """Return what is wrong with *manifest* under Kubernetes *version* ("" for the newest known).

    Args:
        is_part: It leaves something out, so that what is required may be missing.
    """
    schema = _validator(manifest["kind"], manifest["apiVersion"], version)
    if schema is None:
        gone = _gone(manifest["kind"], manifest["apiVersion"], version)
        return [gone] if gone else []
    faults = [
        _fault(error)
        for error in schema.iter_errors(manifest)
        if not (is_part and error.validator == "required")
    ]
    return sorted(faults, key=lambda fault: [str(key) for key in fault.keys])


def _fault(error: Any) -> ManifestFault:
    keys = tuple(error.absolute_path)
    at = ".".join(map(str, keys)) or "the manifest"
    fix = "See the reference of the Kubernetes API for what stands there."
    if error.validator == "additionalProperties":
        unknown = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        fix = suggest(unknown[0], error.schema.get("properties", {}), fix)
        return ManifestFault((*keys, unknown[0]), f"{at} takes no '{unknown[0]}'", fix)
    if error.validator == "required":
        missing = error.message.partition("'")[2].partition("'")[0]
        return ManifestFault(keys, f"{at} lacks '{missing}'", f"Add '{missing}'.")
    if error.validator == "type":
        wanted = error.validator_value
        kinds = [kind for kind in (wanted if isinstance(wanted, list) else [wanted]) if kind != "null"]
        return ManifestFault(keys, f"{at} must be {' or '.join(kinds)}, not {_shown(error.instance)}", fix)
    return ManifestFault(keys, f"{at}: {error.message[:200]}", fix)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return repr(value)[:60]


@lru_cache(maxsize=256)
def _validator(kind: str, api_version: str, version: str) -> Any:
    """Return what validates *kind*, or None without a schema. Reading the definitions takes some milliseconds."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - see known_versions
    from kubernetes_validate import utils  # noqa: PLC0415

    if not re.fullmatch(r"\w+", kind):
        return None
    folder = _folder(version)
    name = f"{kind.lower()}-{_file_part(api_version)}.json"
    try:
        schema = utils.schema_contents(f"kubernetes-json-schema/{folder}/{name}", version)
    except (FileNotFoundError, utils.InvalidSchemaError):
        return None
    # Parts of objects have schemas as well; only a whole one says which apiVersion it has.
    if "apiVersion" not in schema.get("properties", {}):
        return None
    return Draft202012Validator(schema, registry=_registry(folder, version))


@lru_cache(maxsize=4)
def _registry(folder: str, version: str) -> Any:
    from kubernetes_validate import utils  # noqa: PLC0415 - see known_versions
    from referencing import Registry, Resource  # noqa: PLC0415

    definitions = utils.schema_contents(f"kubernetes-json-schema/{folder}/_definitions.json", version)
    return Resource.from_contents(definitions) @ Registry()


def _folder(version: str) -> str:
    from kubernetes_validate import utils  # noqa: PLC0415 - see known_versions

    versions = utils.all_versions()
    chosen = next((known for known in versions if version and known.startswith(f"{version}.")), versions[-1])
    return f"v{chosen}-local-strict"


def _file_part(api_version: str) -> str:
    return re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)


_CURRENT: Final = (
    "v1",
    "apps/v1",
    "batch/v1",
    "autoscaling/v2",
    "policy/v1",
    *(
        f"{group}.k8s.io/v1"
        for group in (
            "networking",
            "rbac.authorization",
            "storage",
            "apiextensions",
            "admissionregistration",
            "certificates",
            "coordination",
            "discovery",
            "events",
            "node",
            "scheduling",
            "flowcontrol.apiserver",
            "apiregistration",
            "resource",
        )
    ),
)
_SHARED_NAMES: Final = frozenset({"Config", "Event", "List"})


@lru_cache(maxsize=256)
def _gone(kind: str, api_version: str, version: str) -> ManifestFault | None:
    """Return the fault where Kubernetes has *kind* in another version of its API than *api_version*."""
    if kind in _SHARED_NAMES:
        return None
    now = next((known for known in _CURRENT if _validator(kind, known, version) is not None), None)
    # The oldest group's name is used by others as well: kubectl's own files, and OpenShift's before it had groups.
    if now is None and "/" not in api_version:
        return None
    message = f"Kubernetes {version or known_versions()[-1]} has no {kind} in {api_version}"
    fix = f"Write 'apiVersion: {now}'." if now else "Mend the kind, or take what replaced it."
    return ManifestFault(("apiVersion",) if now else ("kind",), message, fix)


def manifests_in(value: Any) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Give the manifest that *value* is, or those in it where it is a list of some, each with the keys to it."""
    if not is_manifest(value):
        return
    items = value.get("items")
    if value["kind"] == "List" and isinstance(items, list):
        for number, item in enumerate(items):
            if is_manifest(item):
                yield ("items", number), item
    else:
        yield (), value
