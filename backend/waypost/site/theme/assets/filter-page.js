// A page with filters: a field, the facets, what is chosen, with the state in the address. What fits is shown by
// whoever extends it.

import { filter, make, readState, told, writeState } from "./filter-data.js";
import { Facet } from "./filter-facet.js";

/** The page. `words` say what it filters: name, placeholder, things. */
export class FilterPage {
  constructor(root, data, words) {
    this.root = root;
    this.data = data;
    this.words = words;
    this.isTyping = false;
    this.field = make("input", { type: "search", className: "wp-find__field", placeholder: words.placeholder, "aria-label": "Filter by any word" });
    this.told = make("output", { className: "wp-catalog__told", role: "status", "aria-live": "polite" });
    this.chips = make("div", { className: "wp-chips", role: "group", "aria-label": "Chosen filters" });
    this.facets = data.facets.map((_, index) => new Facet(index, data, (...changed) => this.choose(...changed)));
    const isWide = !matchMedia("(max-width: 44.98em)").matches;
    const facets = make("details", { className: "wp-facets", open: isWide }, make("summary", {}, "Filters"), ...this.facets.map((facet) => facet.element));
    this.form = make("form", { className: "wp-catalog__form", role: "search", "aria-label": words.name }, this.field, facets);
    this.head = make("div", { className: "wp-catalog__head" }, this.told, this.chips);
  }

  /** Put the page in the place of *root*, with *results* beside the filters, and show what the address asks for. */
  start(...results) {
    this.root.replaceChildren(this.form, make("div", { className: "wp-catalog__results" }, this.head, ...results));
    this.root.classList.add("wp-catalog--live");
    this.listen();
    this.update(this.read(location.hash));
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
      this.update(this.read(location.hash));
    });
  }

  read(hash) {
    return readState(hash, this.data.facets);
  }

  sets() {
    return [];
  }

  choose(facet, value, isChosen) {
    const others = this.state.chosen[facet].filter((each) => each.toLowerCase() !== value.toLowerCase());
    this.go({ ...this.state, chosen: { ...this.state.chosen, [facet]: isChosen ? [...others, value] : others } });
  }

  go(state, isSameStep = false) {
    const asked = writeState(state, this.data.facets);
    const address = location.pathname + location.search + (asked && `#${asked}`);
    history[isSameStep ? "replaceState" : "pushState"](null, "", address);
    if (!isSameStep) this.isTyping = false;
    this.update(state);
  }

  update(state) {
    this.state = state;
    const { found, counts } = filter(this.data, state, this.sets());
    this.found = found;
    if (this.field.value !== state.text) this.field.value = state.text;
    this.facets.forEach((facet, at) => facet.show(state.chosen[facet.name], counts[at]));
    this.showChips();
    this.showRows();
    const all = this.data.count;
    this.told.textContent = `${found.length === all ? "" : `${told(found.length)} of `}${told(all)} ${this.words.things}`;
  }

  /** Pairs of what a chip says and what removes it, for what is no facet. */
  otherChips() {
    return [];
  }

  showChips() {
    const chips = [];
    for (const [facet, label] of this.data.facets) {
      for (const value of this.state.chosen[facet]) {
        const number = this.data.numberOf(facet, value);
        const shown = number ? this.data.label(facet, number) : value;
        chips.push(this.chip(`${label}: ${shown}`, () => this.choose(facet, value, false)));
      }
    }
    chips.push(...this.otherChips().map(([text, remove]) => this.chip(text, remove)));
    if (chips.length > 1 || (chips.length && this.state.text)) {
      const clear = make("button", { type: "button", className: "wp-chip wp-chip--clear" }, "Clear all");
      clear.addEventListener("click", () => {
        this.field.focus();
        this.go(this.read(""));
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
}
