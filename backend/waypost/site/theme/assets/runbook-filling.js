// Puts the reader's values into a command so that a shell takes each as it is, and nothing else: what
// runbooks/filling.py does, held to the same table of cases. It touches no page.
(() => {
  "use strict";

  const { readUses } = globalThis.waypostRunbook;
  const UNSEEN = /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
  const IN_WORDS = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;
  const NUMBER = /^(?:0|[1-9][0-9]*)$/;

  const isShown = (value) => !UNSEEN.test(value);
  const quoted = (value) => `'${value.replaceAll("'", "'\\''")}'`;
  const namesIn = (text) => [...text.matchAll(IN_WORDS)].map((named) => named[1] || named[2]);
  const usable = (values) => new Map([...values].filter(([, value]) => value && isShown(value)));

  function putFor(use, value) {
    if (use.place === "word") return quoted(value);
    if (use.place === "double") {
      return value.includes("!") ? `"${quoted(value)}"` : value.replace(/([\\$`"])/g, "\\$1");
    }
    if (use.place === "document" && !use.endsAt.includes(value)) return value.replace(/([\\$`])/g, "\\$1");
    return use.place === "number" && NUMBER.test(value) ? value : null;
  }

  /**
   * Return what to put where into *text*, as `{start, end, put, name}`, the lines to put before it, and the names
   * whose values cannot stand where numbers must.
   */
  function plan(text, values) {
    const given = usable(values);
    const uses = readUses(text);
    const before = new Set(uses ? [] : namesIn(text));
    const puts = [];
    const left = new Set();
    for (const use of (uses || []).filter(({ name }) => given.has(name))) {
      const put = putFor(use, given.get(use.name));
      if (put !== null) puts.push({ ...use, put });
      else (use.place === "number" ? left : before).add(use.name);
    }
    const lines = [...before].filter((name) => given.has(name)).map((name) => `${name}=${quoted(given.get(name))}\n`);
    return { puts, before: lines.join(""), left };
  }

  /** Return the shell command *text* with *values*, a Map, where it names them. */
  function fill(text, values) {
    const { puts, before } = plan(text, values);
    let filled = before;
    let done = 0;
    for (const { start, end, put } of puts) {
      filled += text.slice(done, start) + put;
      done = end;
    }
    return filled + text.slice(done);
  }

  /** Return *text*, which is prose and no command, with *values* as they are. */
  function fillWords(text, values) {
    const given = usable(values);
    return text.replace(IN_WORDS, (all, braced, bare) => given.get(braced || bare) ?? all);
  }

  /** Return the variables that the command *text* takes from outside, each once, in order. */
  const needs = (text) => [...new Set(readUses(text)?.map((use) => use.name) ?? namesIn(text))];
  const isWhole = (text) => readUses(text) !== null;

  /** Return the expression that a whole value must fit; null where there is none, or one that only Python reads. */
  function compile(pattern) {
    if (!pattern) return null;
    const flag = /^\(\?i\)/.test(pattern) ? "i" : "";
    const source = pattern
      .replace(/^\(\?i\)/, "")
      .replace(/\(\?P</g, "(?<")
      .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
      .replace(/\\A/g, "^")
      .replace(/\\[Zz]/g, "$");
    for (const flags of ["u", ""]) {
      try {
        return new RegExp(`^(?:${source})$`, flags + flag);
      } catch {
        // Not in this dialect; perhaps in the older one.
      }
    }
    return null;
  }

  /** Tell whether *value* may be given for a variable with *pattern*, the whole of it. */
  function fits(pattern, value) {
    if (!value || !isShown(value)) return false;
    return compile(pattern)?.test(value) ?? !value.startsWith("-");
  }

  Object.assign(globalThis.waypostRunbook, { fill, fillWords, fits, isShown, isWhole, needs, plan, quoted });
})();
