// The variables of a runbook's page, and their values, which stand in the address and nowhere else: a link
// carries them to a colleague, beside the heading that it leads to (#verify&NODE=worker-3).
(() => {
  "use strict";

  const { fits, isShown } = globalThis.waypostRunbook;
  const WRITE_AFTER_MS = 150;

  // ---- What is known of the variables, and their values -------------------------------------------------

  const variables = new Map();
  const values = new Map();
  let anchor = "";
  let tell = () => {};

  /** Tell what is wrong with the value of *variable*, "" where nothing is. */
  function faultOf(variable) {
    const value = values.get(variable.name) || "";
    if (!value || fits(variable.pattern, value)) return "";
    if (!isShown(value)) return "It holds a character that cannot be seen.";
    if (!variable.pattern) return "It begins with a dash: a command would take it for an option.";
    const such = variable.example ? `, such as ${variable.example}` : "";
    return `It does not fit ${variable.pattern}${such}.`;
  }

  /** Return the values that commands may have. */
  function soundValues() {
    return new Map([...values].filter(([name, value]) => value && !faultOf(variables.get(name))));
  }

  // ---- The address: #heading&NODE=worker-3&POD=a ----------------------------------------------------------

  const written = (value) =>
    encodeURIComponent(value).replace(/%(?:3A|2F|40|2C)/g, decodeURIComponent).replace(/['()*!~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

  function decoded(text) {
    try {
      return decodeURIComponent(text.replace(/\+/g, "%20"));
    } catch {
      return text;
    }
  }

  function readAddress() {
    const found = { anchor: "", values: new Map() };
    for (const part of location.hash.slice(1).split("&")) {
      const cut = part.indexOf("=");
      if (cut < 0) found.anchor ||= decoded(part);
      else if (variables.has(part.slice(0, cut))) found.values.set(part.slice(0, cut), decoded(part.slice(cut + 1)));
    }
    return found;
  }

  function address() {
    const given = [...variables.keys()].filter((name) => values.get(name));
    const parts = [...(anchor ? [encodeURIComponent(anchor)] : []), ...given.map((name) => `${name}=${written(values.get(name))}`)];
    return location.pathname + location.search + (parts.length ? `#${parts.join("&")}` : "");
  }

  let waits = 0;

  function writeAddress() {
    clearTimeout(waits);
    waits = 0;
    // The mark tells an entry of the history that has been here from a link that somebody has put in.
    history.replaceState({ ...history.state, waypostValues: true }, "", address());
    for (const button of document.querySelectorAll("[data-wp-link]")) button.dataset.clipboardText = location.href;
  }

  function writeAddressSoon() {
    clearTimeout(waits);
    waits = setTimeout(writeAddress, WRITE_AFTER_MS);
  }

  /** Take what the address says: values of a link that came from elsewhere, or a heading of this page. */
  function takeAddress() {
    const found = readAddress();
    const isLink = found.values.size > 0 && !history.state?.waypostValues;
    anchor = found.anchor;
    if (isLink) {
      values.clear();
      for (const [name, value] of found.values) values.set(name, value);
    }
    changed();
    // The browser looks for an element that is called like all of the address.
    if (anchor && isLink) lead(anchor);
  }

  function lead(id) {
    const target = document.getElementById(id);
    target?.closest("details")?.setAttribute("open", "");
    target?.scrollIntoView();
  }

  function setValue(name, value) {
    values.set(name, value.trim());
    writeAddressSoon();
    tell();
  }

  function reset() {
    values.clear();
    changed();
  }

  function changed() {
    writeAddress();
    tell();
  }

  /** Take the values of the address, and call *told* now and whenever one changes. */
  function begin(told) {
    const found = readAddress();
    anchor = found.anchor;
    for (const [name, value] of found.values) values.set(name, value);
    tell = told;
    changed();
    if (found.values.size && anchor) addEventListener("load", () => lead(anchor), { once: true });
    addEventListener("hashchange", takeAddress);
    addEventListener("pagehide", () => waits && writeAddress());
  }

  Object.assign(globalThis.waypostRunbook, { variables, values, faultOf, soundValues, setValue, reset, begin, writeAddress });
})();
