// The catalog's page: filters as one types, with the state in the address. The tables of the page stay where
// this cannot run, or where its files cannot be read.

import { BACK, Data, FACETS, FORWARD, filter, make, readState, told, writeState } from "./catalog-data.js";
import { Facet } from "./catalog-facet.js";

const ROWS = 50;

/** The page: a field, the facets, what is chosen, and the rows that fit. */
class Page {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.isTyping = false;
    this.field = make("input", { type: "search", className: "wp-find__field", placeholder: "Name, title, description, tag …", "aria-label": "Filter by any word" });
    this.told = make("output", { className: "wp-catalog__told", role: "status", "aria-live": "polite" });
    this.chips = make("div", { className: "wp-chips", role: "group", "aria-label": "Chosen filters" });
    this.facets = FACETS.map((_, index) => new Facet(index, data, (...changed) => this.choose(...changed)));
    this.body = make("tbody");
    this.more = make("button", { type: "button", className: "wp-catalog__more" });
    this.build();
    this.listen();
    this.update(readState(location.hash));
  }

  build() {
    const heads = ["Name", "Kind", "Type", "Owner", "System", "Lifecycle", "Tier", "Tags"];
    const head = make("tr", {}, ...heads.map((name, at) => make("th", { scope: "col", className: at > 3 || at === 2 ? "wp-wide" : "" }, name)));
    this.table = make("table", { className: "wp-table wp-entities wp-entities--live", "aria-label": "Entities" }, make("thead", {}, head), this.body);
    const isWide = !matchMedia("(max-width: 44.98em)").matches;
    const facets = make("details", { className: "wp-facets", open: isWide }, make("summary", {}, "Filters"), ...this.facets.map((facet) => facet.element));
    this.form = make("form", { className: "wp-catalog__form", role: "search", "aria-label": "Catalog" }, this.field, facets);
    const results = make("div", { className: "wp-catalog__results" }, make("div", { className: "wp-catalog__head" }, this.told, this.chips), this.table, this.more);
    this.root.replaceChildren(this.form, results);
    this.root.classList.add("wp-catalog--live");
  }

  listen() {
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.field.addEventListener("input", () => {
      // A word typed is one step back, not one for each letter.
      this.go({ ...this.state, text: this.field.value }, this.isTyping);
      this.isTyping = true;
    });
    this.field.addEventListener("change", () => (this.isTyping = false));
    addEventListener("popstate", () => {
      this.isTyping = false;
      this.update(readState(location.hash));
    });
    this.more.addEventListener("click", () => {
      const first = this.body.rows.length;
      this.addRows(ROWS);
      this.body.rows[first]?.querySelector("a")?.focus();
    });
    addEventListener("beforeprint", () => this.addRows(Infinity));
    addEventListener("afterprint", () => this.showRows());
  }

  choose(facet, value, isChosen) {
    const others = this.state.chosen[facet].filter((each) => each.toLowerCase() !== value.toLowerCase());
    this.go({ ...this.state, chosen: { ...this.state.chosen, [facet]: isChosen ? [...others, value] : others } });
  }

  go(state, isSameStep = false) {
    const address = location.pathname + location.search + (writeState(state) && `#${writeState(state)}`);
    history[isSameStep ? "replaceState" : "pushState"](null, "", address);
    if (!isSameStep) this.isTyping = false;
    this.update(state);
  }

  update(state) {
    this.state = state;
    if (state.relations.length && !this.data.relations) this.needRelations();
    const { found, counts } = filter(this.data, state);
    this.found = found;
    if (this.field.value !== state.text) this.field.value = state.text;
    this.facets.forEach((facet, at) => facet.show(state.chosen[facet.name], counts[at]));
    this.showChips();
    this.showRows();
    const all = this.data.count;
    this.told.textContent = found.length === all ? `${told(all)} entities` : `${told(found.length)} of ${told(all)} entities`;
  }

  showRows() {
    this.body.replaceChildren();
    this.addRows(ROWS);
  }

  addRows(many) {
    const first = this.body.rows.length;
    const rows = this.found.slice(first, first + many).map((at) => this.row(at));
    this.body.append(...rows);
    const left = this.found.length - this.body.rows.length;
    this.more.hidden = !left;
    this.more.textContent = `Show ${told(Math.min(left, ROWS))} more of ${told(this.found.length)}`;
    if (!this.found.length) this.body.append(make("tr", {}, make("td", { colSpan: 8 }, "Nothing fits. Take a filter away, or search for another word.")));
  }

  row(at) {
    const { data } = this;
    const row = document.createElement("tr");
    const cell = (inside, name = "wp-wide") => {
      const made = row.insertCell();
      if (name) made.className = name;
      made.append(...[inside].flat());
    };
    const one = (facet) => data.numbers(facet, at).map((number) => data.label(facet, number)).join(", ");
    cell(this.link(data.refs[at], data.title(at)), "");
    cell(one("kind"), "");
    cell(one("type"));
    cell(this.links("owner", at), "");
    cell(this.links("system", at));
    cell(one("lifecycle"));
    cell(one("tier"));
    cell(one("tag"));
    return row;
  }

  links(facet, at) {
    return this.data.numbers(facet, at).map((number) => {
      const [ref, title] = this.data.names[facet][number - 1];
      return title ? this.link(ref, title) : make("span", { className: "wp-ref", title: "not in the catalog" }, ref);
    });
  }

  link(ref, title) {
    const link = document.createElement("a");
    link.href = this.data.address(ref);
    link.textContent = title;
    return link;
  }

  showChips() {
    const chips = [];
    for (const [facet, label] of FACETS) {
      for (const value of this.state.chosen[facet]) {
        const number = this.data.numberOf(facet, value);
        const shown = number ? this.data.label(facet, number) : value;
        chips.push(this.chip(`${label}: ${shown}`, () => this.choose(facet, value, false)));
      }
    }
    for (const [name, ref] of this.state.relations) {
      const at = this.data.refs.indexOf(ref.toLowerCase());
      const words = FORWARD[name] || BACK[name][1];
      const relations = this.state.relations.filter((each) => each[0] !== name || each[1] !== ref);
      chips.push(this.chip(`that ${words} ${at < 0 ? ref : this.data.title(at)}`, () => this.go({ ...this.state, relations })));
    }
    if (chips.length > 1 || (chips.length && this.state.text)) {
      const clear = make("button", { type: "button", className: "wp-chip wp-chip--clear" }, "Clear all");
      clear.addEventListener("click", () => {
        this.field.focus();
        this.go(readState(""));
      });
      chips.push(clear);
    }
    this.chips.hidden = !chips.length;
    this.chips.replaceChildren(...chips);
  }

  chip(text, remove) {
    const cross = make("span", { "aria-hidden": "true" }, " ✕");
    const chip = make("button", { type: "button", className: "wp-chip", "aria-label": `Remove the filter ${text}` }, text, cross);
    chip.addEventListener("click", () => {
      const focused = document.activeElement === chip;
      remove();
      if (focused) (this.chips.querySelector("button") || this.field).focus();
    });
    return chip;
  }

  async needRelations() {
    if (this.asked) return;
    this.asked = true;
    this.data.relations = await read(this.root.dataset.relations).catch(() => ({}));
    this.update(this.state);
  }
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

async function start() {
  const root = document.querySelector("[data-wp-catalog]");
  if (!root) return;
  let data;
  try {
    data = new Data(await read(root.dataset.entities));
  } catch {
    return; // The tables are there.
  }
  const page = new Page(root, data);
  try {
    data.addTexts(await read(root.dataset.texts));
    if (page.state.text) page.update(page.state);
  } catch {
    // Then descriptions are not searched.
  }
}

/** A picture wider than the screen begins with what it is about. */
function centrePictures() {
  for (const picture of document.querySelectorAll(".wp-graph__scroll")) {
    const centre = picture.querySelector(".wp-graph__centre");
    if (!centre || picture.scrollWidth <= picture.clientWidth) continue;
    const box = centre.getBoundingClientRect();
    picture.scrollLeft += box.left + box.width / 2 - picture.getBoundingClientRect().left - picture.clientWidth / 2;
  }
}

start();
centrePictures();
