// The catalog's page: filters as one types, with the state in the address. The tables of the page stay where
// this cannot run, or where its files cannot be read.
(() => {
  "use strict";

  // Name in the data, in the address and on the screen.
  const FACETS = [
    ["kind", "Kind"], ["type", "Type"], ["owner", "Owner"], ["system", "System"],
    ["lifecycle", "Lifecycle"], ["tier", "Tier"], ["tag", "Tag"],
  ];
  // A relation filter reads "what has this relation to the entity": the way back is looked up the other way round.
  const FORWARD = {
    dependsOn: "depend on", consumesApi: "consume", providesApi: "provide", partOf: "are part of",
    ownedBy: "are owned by", memberOf: "are members of", childOf: "are below",
  };
  const BACK = {
    dependencyOf: ["dependsOn", "are needed by"], apiConsumedBy: ["consumesApi", "are consumed by"],
    apiProvidedBy: ["providesApi", "are provided by"], hasPart: ["partOf", "hold"],
    ownerOf: ["ownedBy", "own"], hasMember: ["memberOf", "have as a member"], parentOf: ["childOf", "are above"],
  };
  const ROWS = 50;
  const VALUES = 8;

  function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in element) element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  const told = (number) => number.toLocaleString("en");

  /** The entities as columns, and what can be asked of them. */
  class Data {
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
  function readState(hash) {
    const asked = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"));
    const state = { text: asked.get("q") || "", chosen: {}, relations: [] };
    for (const [facet] of FACETS) state.chosen[facet] = asked.getAll(facet);
    for (const [name, ref] of asked) if (name in FORWARD || name in BACK) state.relations.push([name, ref]);
    return state;
  }

  function writeState(state) {
    const parts = state.text ? [["q", state.text]] : [];
    for (const [facet] of FACETS) for (const value of state.chosen[facet]) parts.push([facet, value]);
    parts.push(...state.relations);
    const shown = (part) => encodeURIComponent(part).replaceAll("%3A", ":").replaceAll("%2F", "/");
    return parts.map((part) => part.map(shown).join("=")).join("&");
  }

  /** Find what fits, and count each facet's values among what fits all the others: one pass over the entities. */
  function filter(data, state) {
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

  /** The values of one facet with their counts, the most frequent first. */
  class Facet {
    constructor(index, data, change) {
      [this.name, this.label] = FACETS[index];
      this.data = data;
      this.change = change;
      this.isWhole = false;
      this.boxes = new Map();
      this.list = make("ul", { className: "wp-facet__values" });
      this.more = make("button", { type: "button", className: "wp-facet__more" });
      this.more.addEventListener("click", () => {
        this.isWhole = !this.isWhole;
        this.more.setAttribute("aria-expanded", String(this.isWhole));
        this.show(...this.last);
      });
      this.more.setAttribute("aria-expanded", "false");
      const group = make("fieldset", {}, make("legend", { className: "wp-facet__legend" }, this.label), this.list, this.more);
      const isOpen = index < 3 && !matchMedia("(max-width: 44.98em)").matches;
      this.element = make("details", { className: "wp-facet", open: isOpen }, make("summary", {}, this.label), group);
      this.element.hidden = !data.names[this.name].length;
      this.element.addEventListener("toggle", () => this.element.open && this.show(...this.last));
    }

    show(chosen, counts) {
      this.last = [chosen, counts];
      // What is folded is made when it unfolds.
      if (!this.element.open) return;
      const picked = new Set(chosen.map((value) => this.data.numberOf(this.name, value)).filter(Boolean));
      const numbers = [];
      for (let number = 1; number < counts.length; number++) if (counts[number] || picked.has(number)) numbers.push(number);
      const labels = this.data.labels[this.name];
      numbers.sort((a, b) => counts[b] - counts[a] || (labels[a - 1] < labels[b - 1] ? -1 : 1));
      const shown = this.isWhole ? numbers : numbers.filter((number, at) => at < VALUES || picked.has(number));
      const items = shown.map((number) => this.item(number, picked.has(number), counts[number]));
      const isSame = items.length === this.list.children.length && items.every((item, at) => item === this.list.children[at]);
      // What has the focus must not move: it would lose it.
      if (!isSame) {
        const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
        this.list.replaceChildren(...items);
        if (focused?.isConnected) focused.focus({ preventScroll: true });
      }
      this.more.hidden = numbers.length <= VALUES;
      this.more.textContent = this.isWhole ? "Show fewer" : `Show all ${told(numbers.length)}`;
    }

    item(number, isPicked, count) {
      let item = this.boxes.get(number);
      if (!item) {
        const box = make("input", { type: "checkbox", value: this.data.values[this.name][number - 1] });
        box.addEventListener("change", () => this.change(this.name, box.value, box.checked));
        const shown = make("span", { className: "wp-facet__count" });
        item = make("li", {}, make("label", {}, box, make("span", { className: "wp-facet__name" }, this.data.label(this.name, number)), shown));
        item.box = box;
        item.count = shown;
        this.boxes.set(number, item);
      }
      item.box.checked = isPicked;
      item.count.textContent = told(count);
      return item;
    }
  }

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
})();
