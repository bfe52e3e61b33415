// One filter of a page: its values, with how many things each would leave.

import { make, told } from "./filter-data.js";

const VALUES = 8;

/** The values of one facet with their counts, the most frequent first. */
export class Facet {
  constructor(index, data, change) {
    [this.name, this.label] = data.facets[index];
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
