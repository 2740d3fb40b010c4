/* vectors.js - what a browser makes of sanitised vectors. `policy` ("feed", "owner"), `outputs` (list of { id, html }) and `live`
 * (vectors as they came, that must run: they show that running is noticed) are set by tests/html/run. Writes "ok …" and
 * "not ok …". */
"use strict";

const words = (text) => text.split(/\s+/).filter(Boolean);
const feed_tags = words(`a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
  h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th
  thead time tr u ul var wbr`);
const owner_tags = words("address article aside audio footer header hgroup input main nav picture section source track video");
const feed_attributes = {
  "*": "lang dir title", a: "href hreflang rel", img: "src srcset alt width height", blockquote: "cite", q: "cite", del: "cite datetime",
  ins: "cite datetime", td: "colspan rowspan headers scope", th: "colspan rowspan headers scope", ol: "start reversed", time: "datetime", col: "span",
};
const owner_attributes = {
  "*": "class id role aria-label aria-describedby aria-labelledby aria-hidden", a: "type download", img: "sizes loading decoding fetchpriority",
  ol: "type", li: "value", details: "open", colgroup: "span", td: "align", th: "align abbr", input: "type checked disabled",
  video: "src poster width height controls loop muted playsinline preload", audio: "src controls loop muted preload",
  source: "src srcset sizes media type width height", track: "src kind srclang label default",
};
const tags = new Set(policy === "feed" ? feed_tags : feed_tags.concat(owner_tags));
const tables = policy === "feed" ? [feed_attributes] : [feed_attributes, owner_attributes];
const may_have = (tag, name) => tables.some((table) => words(`${table["*"]} ${table[tag] || ""}`).includes(name));
const lines = [];
const fired = new Set();

/* Where a browser would go: its own reading of the address decides. */
function bad_addresses(element) {
  const found = [];
  const check = (url, schemes) => {
    let scheme = "(none)";
    try { scheme = new URL(url, "https://base.example/").protocol; } catch { /* leads nowhere */ return; }
    if (!schemes.includes(scheme)) found.push(`${element.localName} leads to ${url}`);
  };
  for (const name of ["href", "src", "cite", "poster"]) {
    if (!element.hasAttribute(name)) continue;
    check(element.getAttribute(name), element.localName === "a" ? ["http:", "https:", "mailto:"].concat(policy === "owner" ? "tel:" : []) : ["http:", "https:"]);
  }
  for (const candidate of (element.getAttribute("srcset") || "").split(/\s+/)) if (candidate.includes(":")) check(candidate, ["http:", "https:"]);
  return found;
}

function faults(root) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) continue;
    if (node.nodeType !== Node.ELEMENT_NODE) { found.push(`a node of type ${node.nodeType}`); continue; }
    if (node.namespaceURI !== "http://www.w3.org/1999/xhtml" || !tags.has(node.localName)) found.push(`<${node.localName}>`);
    for (const { name } of node.attributes) if (!may_have(node.localName, name)) found.push(`${node.localName}[${name}]`);
    found.push(...bad_addresses(node));
    if (policy === "feed" && node.localName === "a" && node.rel !== "nofollow noopener noreferrer") found.push("a link without rel");
    if (node.localName === "input" && !(node.type === "checkbox" && node.disabled)) found.push("an input that is no dead check box");
  }
  return found;
}

/* Read as a fragment, as a whole page, and read again as the browser itself would write it. */
function structure(html) {
  const found = [];
  const box = document.implementation.createHTMLDocument("").createElement("div");
  for (let round = 0; round < 3; round++) {
    box.innerHTML = round ? box.innerHTML : html;
    found.push(...faults(box));
  }
  const cell = document.implementation.createHTMLDocument("");
  cell.body.innerHTML = `<table><tr><td><p>${html}`;
  found.push(...faults(cell.querySelector("table").parentNode));
  found.push(...faults(new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html").body));
  return found;
}

const pause = (ms) => new Promise((ready) => setTimeout(ready, ms));

/* As part of a page in which everything that a vector may call tells that it was called. */
function run({ id, html }) {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const page = frame.contentDocument;
  frame.contentWindow.fire = () => fired.add(id);
  page.open();
  page.write("<!doctype html><script>for (const name of ['alert','prompt','confirm','print','eval','setTimeout']) window[name] = window.fire; const expect = window.fire, hi = window.fire, xss = window.fire;<\/script>" + html);
  page.close();
  return frame;
}

function poke(frame) {
  const page = frame.contentDocument;
  if (!page) return;
  const names = words("mouseover mouseenter pointerover focus blur error load toggle input change keydown submit animationstart transitionend scroll wheel copy drag");
  for (const element of page.querySelectorAll("*")) for (const name of names) element.dispatchEvent(new Event(name, { bubbles: true }));
}

async function run_all(vectors) {
  for (let i = 0; i < vectors.length; i += 40) {
    const frames = vectors.slice(i, i + 40).map(run);
    await pause(300);
    frames.forEach(poke);
    await pause(200);
    frames.forEach((frame) => frame.remove());
  }
}

function tell(holds, sentence) { lines.push(`${holds ? "ok" : "not ok"} ${policy}: ${sentence}`); }

addEventListener("load", async () => {
  try {
    for (const { id, html } of outputs) {
      const found = structure(html);
      tell(!found.length, `${id}: only what is allowed${found.length ? " [" + [...new Set(found)].slice(0, 5).join(", ") + "] " + JSON.stringify(html) : ""}`);
    }
    await run_all(live);
    for (const { id } of live) tell(fired.has(id), `${id}: runs as it came`);
    fired.clear();
    await run_all(outputs);
    for (const { id } of outputs) tell(!fired.has(id), `${id}: runs nothing`);
    lines.push("done");
  } catch (problem) {
    lines.push("not ok " + policy + ": " + (problem.stack || problem));
  }
  document.getElementById("out").textContent = "\n" + lines.join("\n") + "\n";
});
