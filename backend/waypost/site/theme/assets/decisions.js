// The page of all decisions: filters as one types, with the state in the address. Its tables stay where this cannot
// run; what does not fit is hidden in them.

import { FilterData, make, read } from "./filter-data.js";
import { FilterPage } from "./filter-page.js";
import { centrePictures } from "./graph.js";

const FACETS = [
  ["status", "Status"], ["scope", "Scope"], ["owner", "Decided by"], ["affects", "Affects"],
  ["within", "System or domain"], ["tag", "Tag"], ["review", "Review"],
];

class Page extends FilterPage {
  constructor(root, data, rows) {
    super(root, data, { name: "Decisions", placeholder: "Title, summary, team, entity …", things: "decisions" });
    this.rows = rows;
    this.groups = [...root.querySelectorAll(".wp-decisions__group")];
    this.nothing = make("p", { hidden: true }, "Nothing fits. Take a filter away, or search for another word.");
    this.start(...this.groups, this.nothing);
  }

  showRows() {
    const found = new Set(this.found);
    this.rows.forEach((row, at) => (row.hidden = !found.has(at)));
    for (const group of this.groups) group.hidden = !group.querySelector("tbody tr:not([hidden])");
    this.nothing.hidden = found.size > 0;
  }
}

async function start() {
  const root = document.querySelector("[data-wp-decisions]");
  if (!root) return;
  try {
    const rows = [...root.querySelectorAll("tbody tr")];
    const data = new FilterData(await read(root.dataset.wpDecisions), FACETS, rows.length);
    data.texts = rows.map((row, at) => [row.textContent, ...data.labelsOf(at)].join("\n").toLowerCase());
    new Page(root, data, rows);
  } catch {
    // The tables are there.
  }
}

/** A timeline wider than the screen begins with its newest decision. */
function showNewest() {
  for (const box of document.querySelectorAll(".wp-timeline__scroll")) {
    const mark = box.querySelector(".wp-mark");
    if (!mark || box.scrollWidth <= box.clientWidth) continue;
    box.scrollLeft += mark.getBoundingClientRect().right + 16 - box.getBoundingClientRect().right;
  }
}

start();
centrePictures();
showNewest();
