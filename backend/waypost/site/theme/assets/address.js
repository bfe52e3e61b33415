// Addresses of alerts on a site without a server of its own: /r/<alert> leads to the alert's runbook. On the page of
// one alert it takes the query and the fragment along; on the page for what is not there it finds the alert whose
// name is written so in any case, or shows those that may have been meant.
"use strict";
(() => {
  const script = document.currentScript;
  const LONGEST = 100;
  const SHOWN = 80;
  const LIKELY = 6;
  const LEAST = 0.2;

  /** Where to go from here: labels that the runbook has a variable for become the fragment, all others stay. */
  const leading = (page, variables) => {
    const known = new Map(variables.map((name) => [name.toLowerCase(), name]));
    const filling = [];
    const others = [];
    for (const [name, value] of new URLSearchParams(location.search)) {
      const own = known.get(name.toLowerCase());
      (own ? filling : others).push(`${encodeURIComponent(own || name)}=${encodeURIComponent(value)}`);
    }
    const fragment = [location.hash.slice(1), ...filling].filter(Boolean).join("&");
    return page + (others.length ? `?${others.join("&")}` : "") + (fragment ? `#${fragment}` : "");
  };
  const split = (text, by) => (text || "").split(by).filter(Boolean);

  if (script.dataset.to) {
    location.replace(leading(new URL(script.dataset.to, location.href).href, split(script.dataset.variables, " ")));
    return;
  }

  const wordsOf = (name) =>
    [...new Set((name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+/g) || []).map((w) => w.toLowerCase()))];
  const lettersOf = (name) => name.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();

  /** The least number of changes, insertions, deletions and swaps of neighbours between two texts. */
  const distance = (one, other) => {
    let before = [];
    let above = [];
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let at = 1; at <= one.length; at += 1) {
      [before, above, row] = [above, row, [at]];
      for (let place = 1; place <= other.length; place += 1) {
        const differs = one[at - 1] === other[place - 1] ? 0 : 1;
        row[place] = Math.min(above[place] + 1, row[place - 1] + 1, above[place - 1] + differs);
        if (at > 1 && place > 1 && one[at - 1] === other[place - 2] && one[at - 2] === other[place - 1]) {
          row[place] = Math.min(row[place], before[place - 2] + 1);
        }
      }
    }
    return row[other.length];
  };

  /** Whether two words begin alike, as "expiry" and "expiring" do. */
  const isOne = (one, other) => {
    const shorter = Math.min(one.length, other.length);
    let same = 0;
    while (same < shorter && one[same] === other[same]) same += 1;
    return one === other || (same >= 4 && same >= 0.7 * shorter);
  };

  const judge = (name, entry) => {
    const letters = lettersOf(name);
    const theirs = lettersOf(entry.alert);
    const words = wordsOf(entry.alert);
    const mine = wordsOf(name);
    const has = (word) => (word.length >= 4 && letters.includes(word)) || mine.some((own) => isOne(own, word));
    const limit = Math.max(2, Math.floor(Math.min(letters.length, theirs.length) / 4));
    const wrong = Math.abs(letters.length - theirs.length) > limit ? Infinity : distance(letters, theirs);
    if (wrong <= limit) {
      return [1 - wrong / theirs.length + 0.5, wrong ? `spelt almost the same: ${wrong} letter${wrong === 1 ? "" : "s"} off` : "spelt with the same letters"];
    }
    const reasons = [];
    let score = 0;
    if (letters.length >= 4 && theirs.includes(letters)) {
      score += letters.length / theirs.length;
      reasons.push("its name holds these letters");
    }
    const shared = words.filter(has);
    if (shared.length) {
      score += (2 * shared.length) / (words.length + mine.length);
      reasons.push(`the same words: ${shared.join(", ")}`);
    }
    const service = entry.services.find((each) => wordsOf(each).some((word) => !words.includes(word) && has(word)));
    if (service) {
      score += 0.3;
      reasons.push(`it is about ${service}`);
    }
    return [score, reasons.join("; ")];
  };

  const lead = (section) => {
    const root = new URL(section.dataset.wpAddresses, location.href).pathname;
    if (!location.pathname.startsWith(root)) return;
    let name = location.pathname.slice(root.length).replace(/\/+$/, "");
    try {
      name = decodeURIComponent(name);
    } catch {
      // It is shown as it came.
    }
    const isText = /\.txt$/i.test(name);
    const wanted = (isText ? name.slice(0, -4) : name).slice(0, LONGEST);
    const entries = [...section.querySelectorAll("li[data-alert]")].map((item) => ({
      item,
      alert: item.dataset.alert,
      runbook: item.dataset.runbook,
      isPlain: "plain" in item.dataset,
      services: split(item.dataset.services, "|"),
      variables: split(item.dataset.variables, " "),
      page: item.querySelector("a").href,
    }));
    const lower = wanted.toLowerCase();
    const exact = entries.find((e) => e.alert.toLowerCase() === lower) || entries.find((e) => e.runbook.toLowerCase() === lower);
    if (exact) {
      const text = new URL(`${encodeURIComponent(exact.alert)}.txt`, location.origin + root).href;
      location.replace(isText && exact.isPlain ? text : leading(exact.page, exact.variables));
    } else {
      show(section, wanted, entries);
    }
  };

  const show = (section, name, entries) => {
    const near = entries
      .map((entry) => [...judge(name, entry), entry])
      .filter(([score]) => score >= LEAST)
      .sort((a, b) => b[0] - a[0] || (a[2].alert < b[2].alert ? -1 : 1))
      .slice(0, LIKELY);
    const heading = document.querySelector("h1");
    const code = document.createElement("code");
    code.textContent = name.slice(0, SHOWN);
    heading.replaceChildren("No runbook answers ", code);
    document.title = `No runbook answers ${code.textContent}`;
    const told = document.createElement("div");
    const title = document.createElement("h2");
    title.textContent = near.length ? "It may be one of these" : "No alert is called anything like it";
    const list = document.createElement("ul");
    list.className = "wp-likely";
    for (const [, why, entry] of near) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const reason = document.createElement("small");
      link.href = leading(entry.page, entry.variables);
      link.textContent = entry.item.textContent;
      reason.textContent = why;
      item.append(link, document.createElement("br"), reason);
      list.append(item);
    }
    told.append(title, list);
    heading.after(told, section);
  };

  const section = document.querySelector("[data-wp-addresses]");
  if (section) lead(section);
})();
