"""The embeds of the catalog: an entity by its name, and who owns it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from waypost.catalog.refs import EntityRef
from waypost.core.errors import Fault, InputError, NotFoundError
from waypost.core.plugin import Api, Embed


def fill_entity(attributes: Mapping[str, str], api: Api) -> str:
    """Return a link to the entity ``ref``, with its kind and what it is for."""
    entity = _entity(_ref(attributes), api)
    description = str(entity["metadata"].get("description") or "")
    said = Markup(": {}").format(" ".join(description.split())) if description else ""
    return str(Markup("{} <small>{}</small>{}").format(_link(entity), entity["kind"], said))


def fill_owner(attributes: Mapping[str, str], api: Api) -> str:
    """Return a link to the owner of the entity ``ref``."""
    ref = _ref(attributes)
    entity = _entity(ref, api)
    owners = [r["targetRef"] for r in entity.get("relations", ()) if r["type"] == "ownedBy"]
    if not owners:
        return str(Markup("nobody owns {}").format(ref))
    owner = EntityRef.parse(owners[0])
    try:
        return str(_link(_entity(owner, api)))
    except NotFoundError:
        return str(Markup("{} (not in the catalog)").format(owner))


def _ref(attributes: Mapping[str, str]) -> EntityRef:
    if not attributes.get("ref"):
        raise InputError("an embed", [Fault("ref", "name an entity, such as component:default/checkout")])
    return EntityRef.parse(attributes["ref"], default_kind="component")


def _entity(ref: EntityRef, api: Api) -> Any:
    try:
        return api.get(f"/api/catalog/entities/by-name/{ref.kind}/{ref.namespace}/{ref.name}")
    except NotFoundError as error:
        raise NotFoundError("entity", ref) from error


def _link(entity: Any) -> Markup:
    metadata = entity["metadata"]
    ref = EntityRef(
        entity["kind"].lower(), metadata.get("namespace", "default").lower(), metadata["name"].lower()
    )
    profile = entity.get("spec", {}).get("profile") or {}
    title = metadata.get("title") or profile.get("displayName") or metadata["name"]
    return Markup('<a class="wp-ref" href="/{}" title="{}">{}</a>').format(ref.page_uri, ref, title)


EMBEDS = (
    Embed(
        "waypost-entity", ("ref",), "An entity's name, kind and description, linked to its page.", fill_entity
    ),
    Embed("waypost-owner", ("ref",), "Who owns an entity, linked to the team's page.", fill_owner),
)
