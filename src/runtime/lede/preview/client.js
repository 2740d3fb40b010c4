// client.js - the reader's side of lede serve: keeps an open page as the site has it, says what went wrong over it, and shows
// what it is made of. The page itself is never marked: all of ours stands in two elements with a shadow of their own.
(() => {
  "use strict";
  if (window.lede_preview) return;
  window.lede_preview = true;
  const script = document.currentScript;
  const own = location.pathname.startsWith("/_lede/");
  const key = "lede.preview";
  const remembered = (name, value) => {
    try {
      const all = JSON.parse(sessionStorage.getItem(key) || "{}");
      if (value === undefined) return all[name];
      all[name] = value;
      sessionStorage.setItem(key, JSON.stringify(all));
    } catch { /* a page may not store */ }
  };

  // ---- elements

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
    return node;
  }

  function shadowed(name) {
    const host = make(name);
    const root = host.attachShadow({ mode: "open" });
    root.append(make("link", { rel: "stylesheet", href: "/_lede/preview.css" }));
    return { host, root };
  }

  const isOurs = (node) => node.nodeName === "LEDE-BAR" || node.nodeName === "LEDE-OVERLAY" || node === script;

  // ---- morphing: the page becomes the new one, node by node, so that what did not change is not touched

  function sameKind(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || "") === (b.id || "");
  }

  function morphAttributes(from, to) {
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }

  function morphNode(from, to) {
    if (from.isEqualNode(to)) return;
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    morphAttributes(from, to);
    if (from.nodeName !== "TEXTAREA") morphChildren(from, to);
  }

  // The next old child that can become the new one: an equal one if there is one a little further, else one of its kind.
  function partner(old, wanted) {
    let kind = null;
    for (let node = old, steps = 0; node && steps < 24; node = node.nextSibling) {
      if (isOurs(node)) continue;
      steps++;
      if (node.isEqualNode(wanted)) return node;
      if (!kind && sameKind(node, wanted)) kind = node;
    }
    return kind;
  }

  // Something was put before the old child, which is wanted as it is a little later.
  function comesLater(old, all, i) {
    if (!old || old.isEqualNode(all[i])) return false;
    for (let k = i + 1; k < all.length && k < i + 24; k++) if (old.isEqualNode(all[k])) return old.nodeType === Node.ELEMENT_NODE;
    return false;
  }

  function morphChildren(from, to) {
    let old = from.firstChild;
    const skip = () => { while (old && isOurs(old)) old = old.nextSibling; };
    const all = [...to.childNodes];
    for (const [i, wanted] of all.entries()) {
      skip();
      const found = comesLater(old, all, i) ? null : partner(old, wanted);
      if (!found) {
        from.insertBefore(document.importNode(wanted, true), old);
        continue;
      }
      if (found === old) old = old.nextSibling;
      else from.insertBefore(found, old);
      morphNode(found, wanted);
    }
    while (old) {
      const next = old.nextSibling;
      if (!isOurs(old)) old.remove();
      old = next;
    }
  }

  const scriptsOf = (root) => [...root.querySelectorAll("script")]
    .filter((node) => node.type !== "application/ld+json" && !(node.getAttribute("src") || "").startsWith("/_lede/"))
    .map((node) => node.outerHTML).join("\n");

  function reload() {
    remembered("scroll", { path: location.pathname, y: scrollY });
    location.reload();
  }

  // The anchor: the first block in view stays where it is, whatever grew above it.
  function anchored(change) {
    const block = [...document.querySelectorAll("p, h1, h2, h3, li, figure")].find((node) => node.getBoundingClientRect().bottom > 0);
    const before = block && block.getBoundingClientRect().top;
    const x = scrollX, y = scrollY;
    change();
    if (block && block.isConnected && y > 0) scrollTo({ left: x, top: scrollY + block.getBoundingClientRect().top - before, behavior: "instant" });
    else scrollTo({ left: x, top: y, behavior: "instant" });
  }

  // What this page is made of, as the server names it.
  let tag = (performance.getEntriesByType("navigation")[0]?.serverTiming || []).find((entry) => entry.name === "lede")?.description;

  let fetching = null;
  async function refreshPage() {
    if (fetching) return void (fetching.again = true);
    const mine = (fetching = { again: false });
    try {
      const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html" } });
      if (!answer.ok && answer.status !== 404) return;
      tag = (answer.headers.get("Server-Timing") || "").match(/lede;desc="(\w+)"/)?.[1];
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      page.querySelectorAll('script[src="/_lede/preview.js"]').forEach((node) => node.remove());
      if (scriptsOf(page) !== scriptsOf(document)) return reload();
      anchored(() => {
        morphAttributes(document.documentElement, page.documentElement);
        morphChildren(document.head, page.head);
        morphAttributes(document.body, page.body);
        morphChildren(document.body, page.body);
      });
      document.dispatchEvent(new CustomEvent("lede:changed"));
      bar.refresh();
    } finally {
      fetching = null;
      if (mine.again) refreshPage();
    }
  }

  // ---- style sheets: the new one is there before the old one goes

  function swapStyles(paths) {
    for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
      const url = new URL(link.href);
      if (url.origin !== location.origin || !paths.includes(url.pathname)) continue;
      url.searchParams.set("lede", Date.now());
      const fresh = link.cloneNode();
      fresh.href = url.href;
      fresh.addEventListener("load", () => { link.remove(); document.dispatchEvent(new CustomEvent("lede:style")); });
      link.after(fresh);
    }
  }

  function swapFiles(paths) {
    if (paths.some((path) => /\.m?js$/.test(path))) return reload();
    for (const image of document.images) {
      const url = new URL(image.currentSrc || image.src, location.href);
      if (!paths.includes(decodeURI(url.pathname))) continue;
      url.searchParams.set("lede", Date.now());
      image.removeAttribute("srcset");
      image.src = url.href;
    }
  }

  // ---- the overlay: what went wrong, over the last good page

  const overlay = (() => {
    const { host, root } = shadowed("lede-overlay");
    let shown = "", hidden = "", before = null;

    function lines(frame) {
      return make("ol", { class: "frame" }, ...frame.map((row) => make("li", { class: row.hit ? "hit" : undefined, value: row.number },
        make("span", { class: "number", "aria-hidden": "true" }, String(row.number)), make("code", {}, row.text || " "))));
    }

    function way(names) {
      return make("p", { class: "way" }, make("span", { class: "label" }, "By way of "),
        ...names.flatMap((name, i) => [i ? make("span", { class: "to", "aria-hidden": "true" }, " → ") : "", make("code", {}, name)]));
    }

    const titles = { page: "This page cannot be made", article: "An article cannot be read", configuration: "lede.lua cannot be used", plugins: "The plugins cannot be loaded" };

    function entry(problem) {
      const elsewhere = problem.url && problem.url !== location.pathname;
      return make("section", { class: "problem" },
        make("h2", {}, elsewhere ? "A page cannot be made" : titles[problem.kind] || "Something is wrong"),
        elsewhere && make("p", { class: "where" }, make("a", { href: problem.url }, problem.url)),
        make("p", { class: "message" }, problem.message),
        problem.file && make("p", { class: "where" }, make("code", {}, problem.file + (problem.line ? ":" + problem.line : ""))),
        problem.frame && lines(problem.frame),
        problem.way && way(problem.way),
        (problem.plugin || problem.hook) && make("p", { class: "tags" },
          problem.plugin && make("span", { class: "tag" }, "plugin ", make("b", {}, problem.plugin)),
          problem.hook && make("span", { class: "tag" }, "hook ", make("b", {}, problem.hook))));
    }

    function close() {
      hidden = shown;
      hide();
    }

    function hide() {
      host.remove();
      document.removeEventListener("keydown", onKey, true);
      if (before && before.isConnected) before.focus({ preventScroll: true });
      before = null;
    }

    function onKey(event) {
      if (event.key === "Escape") { event.preventDefault(); close(); }
    }

    function show(problems) {
      const first = !host.isConnected;
      if (first) before = document.activeElement;
      root.querySelector(".sheet")?.remove();
      const kept = problems[0].kind === "configuration" ? "The last configuration that worked is still shown." : "The last good page stays below. This leaves when it is fixed.";
      const sheet = make("div", { class: "sheet", role: "alertdialog", "aria-modal": "false", "aria-labelledby": "title", tabindex: "-1" },
        make("div", { class: "card" },
          make("header", {},
            make("p", { class: "brand", id: "title" }, make("span", { class: "dot bad" }), problems.length > 1 ? `${problems.length} problems` : "1 problem"),
            make("button", { type: "button", class: "close", onclick: close, title: "Escape" }, "Look at the page ", make("kbd", {}, "Esc"))),
          make("div", { class: "problems" }, ...problems.map(entry)),
          make("footer", {}, kept)));
      root.append(sheet);
      if (first) {
        document.documentElement.append(host);
        document.addEventListener("keydown", onKey, true);
        sheet.focus({ preventScroll: true });
      }
    }

    return {
      // Problems of other pages are told, but cover nothing.
      take(problems) {
        const here = problems.filter((p) => !p.url || p.url === location.pathname);
        const text = JSON.stringify(here);
        if (text === shown) return;
        shown = text;
        if (here.length === 0) { hidden = ""; hide(); }
        else if (text !== hidden && !own) show(here);
      },
    };
  })();

  // ---- the bar

  const bar = (() => {
    const { host, root } = shadowed("lede-bar");
    let facts = null, state = { problems: [] }, open = null, note = null, tries = 0;
    const panels = {
      why: () => make("div", { class: "groups" }, ...(facts ? facts.groups : []).map((group) => make("section", {},
        make("h3", {}, group.name, make("span", { class: "count" }, String(group.items.length))),
        make("ul", {}, ...group.items.slice(0, 60).map((item) => make("li", {}, item.url ? make("a", { href: item.url }, item.text) : item.text)))))),
      related: () => make("ul", { class: "related" }, ...(facts && facts.related.length ? facts.related.map((item) => make("li", {}, make("a", { href: item.url }, item.title)))
        : [make("li", { class: "none" }, "None")]),
        facts && facts.related.length > 0 && make("li", {}, make("a", { href: "/_lede/why?url=" + encodeURIComponent(facts.url) + "#related" }, "Why these"))),
      source: () => make("div", { class: "source" },
        make("p", {}, "Hold ", make("kbd", {}, "Alt"), " and click a passage, or open the one in view:"),
        make("button", { type: "button", class: "action", onclick: () => openSource(passageInView()) }, "Open the source"),
        note && make("p", { class: "note", role: "status" }, note)),
    };

    const labels = { why: "Why this page", related: "Related", source: "Source" };

    function toggle(name) {
      open = open === name ? null : name;
      render();
      root.getElementById("tab-" + name)?.focus();
    }

    function tab(name, count) {
      return make("button", { type: "button", id: "tab-" + name, class: "tab", "aria-expanded": String(open === name), "aria-controls": "panel", onclick: () => toggle(name) },
        labels[name], count !== undefined && make("span", { class: "count" }, String(count)));
    }

    function remove() {
      remembered("hidden", true);
      host.remove();
    }

    function render() {
      root.querySelector(".bar")?.remove();
      const bad = state.problems.length > 0;
      const reads = facts ? facts.groups.reduce((n, group) => n + group.items.length, 0) : 0;
      const article = facts && facts.article;
      root.append(make("div", { class: "bar", role: "complementary", "aria-label": "lede preview" },
        open && make("div", { class: "panel", id: "panel", role: "region", "aria-label": labels[open] }, panels[open]()),
        make("div", { class: "row" },
          make("a", { class: "brand", href: "/_lede/", title: "The newsroom" }, make("span", { class: "dot " + (bad ? "bad" : "good") }), "lede"),
          make("span", { class: "fact" }, bad ? `${state.problems.length} problem${state.problems.length > 1 ? "s" : ""}` : article ? article.state : "page"),
          facts && make("span", { class: "fact time", title: "how long the page took" }, facts.ms.toFixed(1) + " ms"),
          state.at && make("span", { class: "fact special" }, "at " + state.at),
          state.drafts && make("span", { class: "fact special" }, "drafts"),
          facts && tab("why", reads), article && tab("related", facts.related.length), article && article.file && tab("source"),
          make("button", { type: "button", class: "hide", onclick: remove, "aria-label": "Hide this bar (Alt+L shows it)", title: "Hide; Alt+L shows it" }, "×"))));
    }

    async function refresh() {
      if (own) return;
      const answer = await fetch("/_lede/page?url=" + encodeURIComponent(decodeURI(location.pathname)));
      facts = answer.ok ? await answer.json() : null;
      render();
      if (facts && (facts.state === "stale" || facts.tag !== tag) && facts.state !== "failed" && tries++ < 5) refreshPage();
      else tries = 0;
    }

    return {
      host,
      start() {
        render();
        if (!own && !remembered("hidden")) document.documentElement.append(host);
        refresh();
      },
      refresh,
      isMissing: () => !facts,
      take(news) { state = news; render(); },
      say(text) { note = text; open = "source"; render(); },
      show() {
        remembered("hidden", false);
        document.documentElement.append(host);
        root.querySelector(".tab, .brand")?.focus();
      },
      escape() {
        if (!open) return false;
        toggle(open);
        return true;
      },
    };
  })();

  // ---- from a passage to its source

  const BLOCK = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre, figcaption, td, dd, dt";

  function passageInView() {
    const focused = document.activeElement?.closest?.(BLOCK);
    if (focused) return focused;
    const blocks = [...document.querySelectorAll("main p, article p, p")];
    return blocks.find((node) => node.getBoundingClientRect().top >= 0) || blocks[0] || document.body;
  }

  async function openSource(node) {
    const answer = await fetch("/_lede/open", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ url: decodeURI(location.pathname), text: (node.innerText || "").slice(0, 4000) }),
    });
    const found = await answer.json();
    if (!answer.ok) return bar.say(found.message);
    bar.say(`${found.file}:${found.line}${found.opened ? ", opened" : ""}`);
    document.dispatchEvent(new CustomEvent("lede:source", { detail: found }));
  }

  document.addEventListener("click", (event) => {
    const block = event.altKey && event.target.closest?.(BLOCK);
    if (!block) return;
    event.preventDefault();
    openSource(block);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyL") { event.preventDefault(); bar.show(); }
    else if (event.key === "Escape" && bar.escape()) event.preventDefault();
  });

  // ---- the stream; only of the page that is looked at, since a browser has six connections to one server

  let started = null, generation = null, events = null;

  function onState(state) {
    if (started && (started !== state.started || generation !== state.generation || own)) refreshPage();
    started = state.started;
    generation = state.generation;
    overlay.take(state.problems);
    bar.take(state);
  }

  function onChanged(news) {
    generation = news.generation;
    if (own || bar.isMissing() || news.urls.includes(decodeURI(location.pathname).replace(/index\.html$/, ""))) refreshPage();
  }

  function listen() {
    if (events) return;
    events = new EventSource("/_lede/events");
    const on = (name, fn) => events.addEventListener(name, (event) => fn(JSON.parse(event.data)));
    on("state", onState);
    on("changed", onChanged);
    on("style", ({ paths }) => swapStyles(paths));
    on("files", ({ paths }) => swapFiles(paths.map(decodeURI)));
  }

  function leave() {
    if (events) events.close();
    events = null;
  }

  document.addEventListener("visibilitychange", () => document.hidden ? leave() : listen());
  addEventListener("pagehide", leave);
  addEventListener("pageshow", listen);
  if (!document.hidden) listen();

  const scroll = remembered("scroll");
  if (scroll && scroll.path === location.pathname) scrollTo(0, scroll.y);
  remembered("scroll", null);
  bar.start();
})();
