// Makes embeds live, and lists findable. Everything works without it, with the values of the build.
//
// On any page: <script src="https://docs.example.com/assets/waypost.js" defer></script>. Values come from
// where the script comes from; data-base names another address of the backend.
(() => {
  "use strict";

  const script = document.currentScript;
  const site = new URL("../", script.src);
  const base = new URL(script.dataset.base || site, site);
  const AWAY = "waypost-away-until";
  const AWAY_MS = 60_000;
  const TIMEOUT_MS = 5_000;

  /** Tell whether the backend was away a moment ago: not every page needs to find that out again. */
  function isAway() {
    try {
      return Number(sessionStorage.getItem(AWAY)) > Date.now();
    } catch {
      return false;
    }
  }

  function rememberAway() {
    try {
      sessionStorage.setItem(AWAY, String(Date.now() + AWAY_MS));
    } catch {
      // Storage may be forbidden; then each page asks once.
    }
  }

  function addressOf(element) {
    const tag = element.localName;
    const address = new URL(`api/site/embed/${tag}`, base);
    for (const { name, value } of element.attributes) {
      if (name !== "class" && !name.startsWith("data-")) address.searchParams.set(name, value);
    }
    return address;
  }

  /** Links of a fragment start at the site's root, wherever that is served. */
  function lead(fragment) {
    for (const link of fragment.querySelectorAll("[href^='/'], [src^='/']")) {
      const name = link.hasAttribute("href") ? "href" : "src";
      const target = link.getAttribute(name);
      if (target.startsWith("//") || target.startsWith("/api/")) continue;
      const path = target.slice(1).replace(/(?:(^|\/)index)?\.md(?=$|[?#])/, "$1/").replace(/^\/$/, "");
      const url = new URL(path, site);
      link.setAttribute(name, url.origin === location.origin ? url.pathname + url.search + url.hash : url.href);
    }
  }

  async function refresh(element) {
    const answer = await fetch(addressOf(element), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) return answer.status < 500;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    lead(template.content);
    const inline = element.firstElementChild?.localName !== "div" && !element.classList.contains("wp-block");
    const value = document.createElement(inline ? "span" : "div");
    value.className = "wp-value";
    value.append(template.content);
    element.replaceChildren(value, document.createTextNode(" "), stamp(answer));
    element.dataset.live = "true";
    return true;
  }

  function stamp(answer) {
    const at = new Date(answer.headers.get("X-Waypost-At") || Date.now());
    const when = document.createElement("small");
    when.className = "wp-when wp-when--live";
    const time = document.createElement("time");
    time.dateTime = at.toISOString();
    time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    when.append("live, as of ", time);
    return when;
  }

  async function refreshAll() {
    const found = [...document.querySelectorAll("*")].filter((e) => e.localName.startsWith("waypost-"));
    if (!found.length || isAway()) return;
    try {
      // One first: when nobody answers, that is one failed request and not fifty.
      if (!(await refresh(found[0]))) return rememberAway();
      await Promise.allSettled(found.slice(1).map(refresh));
    } catch {
      rememberAway();
    }
  }

  /** Put a field above *list* that shows only the items that hold what is typed. */
  function addFinder(list, items, label) {
    const form = document.createElement("form");
    form.className = "wp-find";
    form.setAttribute("role", "search");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const only = items.filter((item) => !item.hidden);
      if (only.length) only[0].querySelector("a")?.click();
    });
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = label;
    field.setAttribute("aria-label", label);
    field.className = "wp-find__field";
    const told = document.createElement("output");
    told.className = "wp-find__told";
    form.append(field, told);
    const texts = items.map((item) => item.textContent.toLowerCase());
    const update = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      items.forEach((item, index) => {
        const fits = words.every((word) => texts[index].includes(word));
        item.hidden = !fits;
        shown += fits;
      });
      told.textContent = shown === items.length ? "" : `${shown} of ${items.length}`;
    };
    form.addEventListener("input", update);
    update();
    list.before(form);
  }

  /** What scrolls sideways can be reached and scrolled by keyboard; the theme's copy buttons are no landmarks. */
  function reachScrollers() {
    for (const buttons of document.querySelectorAll("nav.md-code__nav:not([role])")) buttons.setAttribute("role", "none");
    for (const box of document.querySelectorAll(".md-typeset__scrollwrap, .wp-table, .md-typeset pre > code")) {
      if (box.scrollWidth > box.clientWidth && !box.hasAttribute("tabindex")) box.tabIndex = 0;
    }
  }

  /** The theme wraps tables when it pleases, embeds bring new ones, and screens turn. */
  function keepReachable() {
    let waits = false;
    const later = () => {
      if (waits) return;
      waits = true;
      requestAnimationFrame(() => {
        waits = false;
        reachScrollers();
      });
    };
    const article = document.querySelector("article") || document.body;
    new MutationObserver(later).observe(article, { childList: true, subtree: true });
    addEventListener("resize", later);
    addEventListener("load", later);
    later();
  }

  function start() {
    for (const list of document.querySelectorAll("ul[data-wp-find]")) {
      addFinder(list, [...list.children], list.dataset.wpFind);
    }
    for (const table of document.querySelectorAll("table[data-wp-find]")) {
      addFinder(table, [...table.tBodies[0].rows], table.dataset.wpFind);
    }
    keepReachable();
    refreshAll();
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
