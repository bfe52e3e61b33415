// The entities of the catalog as columns, what is asked of them, and which of them fit.

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

export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

export const told = (number) => number.toLocaleString("en");

/** The entities as columns, and what can be asked of them. */
export class Data {
  constructor({ names, columns }, count) {
    this.names = names;
    this.columns = columns;
    this.count = columns.name.length || count;
    this.refs = columns.name.map((name, at) => {
      const kind = names.kind[columns.kind[at] - 1].toLowerCase();
      return `${kind}:${names.namespace[columns.namespace[at] - 1]}/${name}`;
    });
    this.values = Object.fromEntries(FACETS.map(([facet]) => [facet, names[facet].map((name) => this.valueOf(name))]));
    this.labels = Object.fromEntries(FACETS.map(([facet]) => [facet, names[facet].map((name) => (Array.isArray(name) ? name[1] || name[0] : name))]));
    this.texts = columns.name.map((name, at) => [
      name, columns.title[at] || "", ...FACETS.flatMap(([facet]) => this.numbers(facet, at).map((n) => this.label(facet, n))),
    ].join("\n").toLowerCase());
    this.relations = null;
  }

  valueOf(name) {
    return Array.isArray(name) ? name[0] : name;
  }

  numbers(facet, at) {
    const value = this.columns[facet][at];
    return Array.isArray(value) ? value : value ? [value] : [];
  }

  label(facet, number) {
    return this.labels[facet][number - 1];
  }

  numberOf(facet, value) {
    const wanted = value.toLowerCase();
    return this.values[facet].findIndex((known) => known.toLowerCase() === wanted) + 1;
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

/** What is asked for, as the address has it. */
export function readState(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"));
  const state = { text: asked.get("q") || "", chosen: {}, relations: [] };
  for (const [facet] of FACETS) state.chosen[facet] = asked.getAll(facet);
  for (const [name, ref] of asked) if (name in FORWARD || name in BACK) state.relations.push([name, ref]);
  return state;
}

export function writeState(state) {
  const parts = state.text ? [["q", state.text]] : [];
  for (const [facet] of FACETS) for (const value of state.chosen[facet]) parts.push([facet, value]);
  parts.push(...state.relations);
  const shown = (part) => encodeURIComponent(part).replaceAll("%3A", ":").replaceAll("%2F", "/");
  return parts.map((part) => part.map(shown).join("=")).join("&");
}

/** Find what fits, and count each facet's values among what fits all the others: one pass over the entities. */
export function filter(data, state) {
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  const sets = state.relations.map(([name, ref]) => data.related(name, ref)).filter(Boolean);
  const wanted = FACETS.map(([facet]) => {
    const numbers = state.chosen[facet].map((value) => data.numberOf(facet, value));
    return numbers.length ? new Set(numbers) : null;
  });
  const counts = FACETS.map(([facet]) => new Uint32Array(data.names[facet].length + 1));
  const columns = FACETS.map(([facet]) => data.columns[facet]);
  const found = [];
  const holds = (at) => {
    for (const word of words) if (!data.texts[at].includes(word)) return false;
    for (const set of sets) if (!set.has(at)) return false;
    return true;
  };
  for (let at = 0; at < data.count; at++) {
    if (!holds(at)) continue;
    let missed = -1;
    for (let f = 0; f < wanted.length && missed !== -2; f++) {
      if (wanted[f] && !fits(columns[f][at], wanted[f])) missed = missed === -1 ? f : -2;
    }
    if (missed === -2) continue;
    if (missed === -1) found.push(at);
    for (let f = 0; f < columns.length; f++) if (missed === -1 || missed === f) add(counts[f], columns[f][at]);
  }
  return { found, counts };
}

function fits(value, wanted) {
  return typeof value === "number" ? wanted.has(value) : value.some((number) => wanted.has(number));
}

function add(counts, value) {
  if (typeof value === "number") counts[value]++;
  else for (const number of value) counts[number]++;
}
