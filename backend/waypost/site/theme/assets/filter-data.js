// Things as columns of numbers beside lists of names, what is asked of them, and which of them fit.

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

/** Things in columns. *facets* are pairs: a name in the data and in the address, and one on the screen. */
export class FilterData {
  constructor({ names, columns }, facets, count) {
    this.names = names;
    this.columns = columns;
    this.facets = facets;
    this.count = count;
    this.values = Object.fromEntries(facets.map(([facet]) => [facet, names[facet].map((name) => this.valueOf(name))]));
    this.labels = Object.fromEntries(facets.map(([facet]) => [facet, names[facet].map((name) => (Array.isArray(name) ? name[1] || name[0] : name))]));
    this.texts = [];
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

  /** Everything that filters call the thing *at*, for who searches by a word. */
  labelsOf(at) {
    return this.facets.flatMap(([facet]) => this.numbers(facet, at).map((number) => this.label(facet, number)));
  }
}

/** What is asked for, as the address has it. */
export function readState(hash, facets, isRelation = () => false) {
  const asked = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"));
  const state = { text: asked.get("q") || "", chosen: {}, relations: [] };
  for (const [facet] of facets) state.chosen[facet] = asked.getAll(facet);
  for (const [name, ref] of asked) if (isRelation(name)) state.relations.push([name, ref]);
  return state;
}

export function writeState(state, facets) {
  const parts = state.text ? [["q", state.text]] : [];
  for (const [facet] of facets) for (const value of state.chosen[facet]) parts.push([facet, value]);
  parts.push(...state.relations);
  const shown = (part) => encodeURIComponent(part).replaceAll("%3A", ":").replaceAll("%2F", "/");
  return parts.map((part) => part.map(shown).join("=")).join("&");
}

/** Find what fits and is in all *sets*, and count each facet's values among what fits all the others: one pass. */
export function filter(data, state, sets = []) {
  const { facets } = data;
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = facets.map(([facet]) => {
    const numbers = state.chosen[facet].map((value) => data.numberOf(facet, value));
    return numbers.length ? new Set(numbers) : null;
  });
  const counts = facets.map(([facet]) => new Uint32Array(data.names[facet].length + 1));
  const columns = facets.map(([facet]) => data.columns[facet]);
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

/** The JSON at *address*; throws where it cannot be read. */
export async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

function fits(value, wanted) {
  return typeof value === "number" ? wanted.has(value) : value.some((number) => wanted.has(number));
}

function add(counts, value) {
  if (typeof value === "number") counts[value]++;
  else for (const number of value) counts[number]++;
}
