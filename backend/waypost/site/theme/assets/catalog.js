// The catalog's page: filters as one types, with the state in the address. The tables of the page stay where
// this cannot run, or where its files cannot be read.

import { BACK, Data, FACETS, FORWARD } from "./catalog-data.js";
import { make, read, readState, told } from "./filter-data.js";
import { FilterPage } from "./filter-page.js";
import { centrePictures } from "./graph.js";

const ROWS = 50;

/** The rows that fit, a part at a time. */
class Page extends FilterPage {
  constructor(root, data) {
    super(root, data, { name: "Catalog", placeholder: "Name, title, description, tag …", things: "entities" });
    this.body = make("tbody");
    this.more = make("button", { type: "button", className: "wp-catalog__more" });
    const heads = ["Name", "Kind", "Type", "Owner", "System", "Lifecycle", "Tier", "Tags"];
    const head = make("tr", {}, ...heads.map((name, at) => make("th", { scope: "col", className: at > 3 || at === 2 ? "wp-wide" : "" }, name)));
    this.table = make("table", { className: "wp-table wp-entities wp-entities--live", "aria-label": "Entities" }, make("thead", {}, head), this.body);
    this.start(this.table, this.more);
  }

  listen() {
    super.listen();
    this.more.addEventListener("click", () => {
      const first = this.body.rows.length;
      this.addRows(ROWS);
      this.body.rows[first]?.querySelector("a")?.focus();
    });
    addEventListener("beforeprint", () => this.addRows(Infinity));
    addEventListener("afterprint", () => this.showRows());
  }

  read(hash) {
    return readState(hash, FACETS, (name) => name in FORWARD || name in BACK);
  }

  sets() {
    return this.state.relations.map(([name, ref]) => this.data.related(name, ref)).filter(Boolean);
  }

  update(state) {
    if (state.relations.length && !this.data.relations) this.needRelations();
    super.update(state);
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

  otherChips() {
    return this.state.relations.map(([name, ref]) => {
      const at = this.data.refs.indexOf(ref.toLowerCase());
      const words = FORWARD[name] || BACK[name][1];
      const relations = this.state.relations.filter((each) => each[0] !== name || each[1] !== ref);
      return [`that ${words} ${at < 0 ? ref : this.data.title(at)}`, () => this.go({ ...this.state, relations })];
    });
  }

  async needRelations() {
    if (this.asked) return;
    this.asked = true;
    this.data.relations = await read(this.root.dataset.relations).catch(() => ({}));
    this.update(this.state);
  }
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

start();
centrePictures();
