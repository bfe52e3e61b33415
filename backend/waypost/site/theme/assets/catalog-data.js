// The entities of the catalog, and their relations.

import { FilterData } from "./filter-data.js";

// Name in the data, in the address and on the screen.
export const FACETS = [
  ["kind", "Kind"], ["type", "Type"], ["owner", "Owner"], ["system", "System"],
  ["lifecycle", "Lifecycle"], ["tier", "Tier"], ["tag", "Tag"],
];
// A relation filter reads "what has this relation to the entity": the way back is looked up the other way round.
export const FORWARD = {
  dependsOn: "depend on", consumesApi: "consume", providesApi: "provide", partOf: "are part of",
  ownedBy: "are owned by", memberOf: "are members of", childOf: "are below",
};
export const BACK = {
  dependencyOf: ["dependsOn", "are needed by"], apiConsumedBy: ["consumesApi", "are consumed by"],
  apiProvidedBy: ["providesApi", "are provided by"], hasPart: ["partOf", "hold"],
  ownerOf: ["ownedBy", "own"], hasMember: ["memberOf", "have as a member"], parentOf: ["childOf", "are above"],
};

/** The entities as columns, and what can be asked of them. */
export class Data extends FilterData {
  constructor({ names, columns }, count) {
    super({ names, columns }, FACETS, columns.name.length || count);
    this.refs = columns.name.map((name, at) => {
      const kind = names.kind[columns.kind[at] - 1].toLowerCase();
      return `${kind}:${names.namespace[columns.namespace[at] - 1]}/${name}`;
    });
    this.texts = columns.name.map((name, at) => [name, columns.title[at] || "", ...this.labelsOf(at)].join("\n").toLowerCase());
    this.relations = null;
  }

  title(at) {
    return this.columns.title[at] || this.columns.name[at];
  }

  /** The address of the page of an entity, from the catalog's own. */
  address(ref) {
    const [kind, rest] = [ref.slice(0, ref.indexOf(":")), ref.slice(ref.indexOf(":") + 1)];
    return [kind, ...rest.split("/")].map(encodeURIComponent).join("/") + "/";
  }

  addTexts(texts) {
    texts.forEach((text, at) => {
      if (text) this.texts[at] += `\n${text.toLowerCase()}`;
    });
  }

  /** Which entities have *relation* to *ref*, as a set; null while that is not known. */
  related(relation, ref) {
    if (!this.relations) return null;
    const target = this.refs.indexOf(ref.toLowerCase());
    const found = new Set();
    if (target < 0) return found;
    if (relation in FORWARD) {
      (this.relations[relation] || []).forEach((targets, at) => targets && targets.includes(target) && found.add(at));
    } else {
      for (const at of (this.relations[BACK[relation][0]] || [])[target] || []) found.add(at);
    }
    return found;
  }
}
