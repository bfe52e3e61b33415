// Makes fields of a runbook's variables: what is typed fills every command of the page. Nothing is stored or sent.
// Without it the page is whole as written.
(() => {
  "use strict";

  const { fill, fillWords, isWhole, needs, plan, variables, values, soundValues, begin } = globalThis.waypostRunbook;
  const { make, joined, fields, makeField, makeForm, showFields, showSummary } = globalThis.waypostRunbook;
  const SHELLS = ["sh", "bash", "shell", "zsh", "console", "shell-session"];

  // ---- Commands -------------------------------------------------------------------------------------------

  function findBlocks() {
    const steps = [...document.querySelectorAll(".wp-step")].filter((step) => SHELLS.includes(step.dataset.language.toLowerCase()));
    const codes = steps.map((step) => [step, step.querySelector("pre > code")]).filter(([, code]) => code);
    return codes.map(([step, code]) => makeBlock(step, code)).filter((block) => block.needed.length);
  }

  function makeBlock(step, code) {
    const original = document.createDocumentFragment();
    original.append(...[...code.childNodes].map((node) => node.cloneNode(true)));
    const text = code.textContent;
    const undo = step.querySelector(".wp-step__undo > code")?.textContent || "";
    const names = needs(text).concat(isWhole(undo) ? needs(undo) : []);
    const needed = [...new Set(names)].filter((name) => variables.has(name));
    const lacks = make("div", "wp-lacks");
    lacks.hidden = true;
    if (needed.length) (code.closest(".highlight") || code.parentElement).before(lacks);
    return { code, original, text, shown: text, needed, lacks, told: "" };
  }

  function showBlock(block, sound) {
    const filled = fill(block.text, sound);
    const { puts, before, left } = plan(block.text, sound);
    showLacks(block, sound, left);
    if (filled === block.shown) return;
    block.shown = filled;
    block.code.replaceChildren(block.original.cloneNode(true));
    // From the end: then what stands before keeps its place.
    for (const put of puts.reverse()) replaceText(block.code, put.start, put.end, make("span", "wp-filled", put.put));
    if (before) block.code.prepend(make("span", "wp-filled", before));
  }

  function replaceText(within, start, end, element) {
    const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let done = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const next = done + node.length;
      if (start >= done && start < next) range.setStart(node, start - done);
      if (end > done && end <= next) {
        range.setEnd(node, end - done);
        break;
      }
      done = next;
    }
    range.deleteContents();
    range.insertNode(element);
  }

  /** Say at a command which values it still waits for; each name opens the fields that it needs. */
  function showLacks(block, sound, left) {
    const wanted = block.needed.filter((name) => !sound.has(name) || left.has(name));
    const words = wanted.map((name) => [name, whyNot(name, sound)]);
    const told = JSON.stringify(words);
    block.code.closest("pre").classList.toggle("wp-waits", wanted.length > 0);
    if (told === block.told) return;
    block.told = told;
    const names = words.map((word) => lackOf(block, ...word));
    // What is being written in stays where it is: taken out and put back, it would lose the cursor.
    block.lacks.querySelector(".wp-lacks__names")?.remove();
    if (names.length) block.lacks.prepend(make("p", "wp-lacks__names", "Set first: ", ...joined(names)));
    block.lacks.hidden = !block.lacks.childElementCount;
  }

  function whyNot(name, sound) {
    if (sound.has(name)) return " (has to be a number here)";
    return values.get(name) ? " (does not fit)" : "";
  }

  function lackOf(block, name, why) {
    const button = make("button", "wp-lacks__name", name);
    button.type = "button";
    button.addEventListener("click", () => openFields(block, name));
    return why ? make("span", "", button, why) : button;
  }

  function openFields(block, first) {
    let box = block.lacks.querySelector(".wp-lacks__fields");
    if (!box) {
      box = make("div", "wp-lacks__fields", ...block.needed.map((name) => makeField(variables.get(name))));
      const made = fields.slice(-block.needed.length);
      let isOpen = true;
      const close = () => {
        // Taking it out takes the cursor from it, which closes it too.
        if (!isOpen) return;
        isOpen = false;
        for (const field of made) fields.splice(fields.indexOf(field), 1);
        box.remove();
        block.lacks.hidden = !block.lacks.childElementCount;
      };
      box.addEventListener("focusout", (event) => {
        const isDone = !block.lacks.querySelector(".wp-lacks__names");
        if (isDone && !box.contains(event.relatedTarget)) close();
      });
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        // Or the button that gets the cursor next would take the key for its own.
        event.preventDefault();
        const next = made.find(({ variable }) => !soundValues().has(variable.name));
        if (event.key === "Enter" && next) next.input.focus();
        else {
          const code = block.code.closest("pre");
          close();
          code.querySelector("button")?.focus();
        }
      });
      block.lacks.append(box);
      showFields();
    }
    fields.find(({ variable, input }) => variable.name === first && box.contains(input))?.input.focus();
  }

  // ---- Words that name a value --------------------------------------------------------------------------

  function findWords() {
    const article = document.querySelector("article") || document.body;
    const isApart = (element) => element.closest("pre, .wp-runbook-header, .wp-head, .wp-lacks");
    const codes = [...article.querySelectorAll("code")].filter((code) => !isApart(code));
    const prose = [...article.querySelectorAll(".wp-step__expect > span, .wp-step__precondition > span")];
    return [...codes, ...prose]
      .map((element) => ({ element, text: element.textContent, isCode: element.localName === "code" }))
      .filter(({ text }) => [...variables.keys()].some((name) => text.includes(`$${name}`) || text.includes(`\${${name}`)));
  }

  function showWords({ element, text, isCode }, sound) {
    const alone = /^"?\$\{?\w+\}?"?$/.test(text);
    const isCommand = isCode && !alone && isWhole(text) && !plan(text, sound).before;
    const shown = isCommand ? fill(text, sound) : fillWords(alone ? text.replaceAll('"', "") : text, sound);
    const isFilled = shown !== (alone ? text.replaceAll('"', "") : text);
    element.textContent = isFilled ? shown : text;
    element.classList.toggle("wp-filled", isFilled && isCode);
  }

  // ---- Destructive commands ------------------------------------------------------------------------------

  /** Three clicks take a whole line, and its end with it: pasted, that runs at once. */
  function keepFromSlips() {
    const isDestructive = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(".wp-step--destructive pre");
    document.addEventListener("mousedown", (event) => {
      if (event.detail > 2 && isDestructive(event.target)) event.preventDefault();
    });
    document.addEventListener("copy", (event) => {
      const selection = getSelection();
      if (!event.clipboardData || !isDestructive(selection?.anchorNode)) return;
      event.clipboardData.setData("text/plain", selection.toString().trimEnd());
      event.preventDefault();
    });
  }

  let blocks = [];
  let words = [];

  function refresh() {
    const details = document.querySelector(".wp-variables");
    const sound = soundValues();
    showFields();
    showSummary(details);
    for (const block of blocks) showBlock(block, sound);
    for (const word of words) showWords(word, sound);
  }

  function start() {
    keepFromSlips();
    const details = document.querySelector(".wp-variables");
    if (!details) return;
    for (const row of details.querySelectorAll("[data-name]")) {
      const { name, pattern, example } = row.dataset;
      variables.set(name, { name, pattern, example, description: row.querySelector("dd > span").textContent });
    }
    blocks = findBlocks();
    words = findWords();
    makeForm(details);
    begin(refresh);
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
