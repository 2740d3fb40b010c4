/* pages.js - opens every page of the hostile sites and looks whether anything in them ran or could. `sites` (by name, their root
 * and the paths of their files) and `live` (the values that must run where nothing escapes them) are set by tests/hostile/run.
 * Writes "ok …" and "not ok …", and figures in lines that begin with "note:". */
"use strict";

const at_once = 24;
const lines = [];
const fired = new Set();
window.__x = (frame) => fired.add(frame && frame.name !== undefined ? frame.name : "?");

function tell(holds, sentence) { lines.push((holds ? "ok " : "not ok ") + sentence); }
const pause = (ms) => new Promise((ready) => setTimeout(ready, ms));

/* ---- what may be left */

const schemes = new Set(["http:", "https:", "mailto:", "tel:"]);
const address_names = new Set("href src action formaction data poster cite background longdesc manifest xlink:href ping".split(" "));
const never = "iframe, frame, object, embed, base, applet, template, noscript, meta[http-equiv], [srcdoc], script:not([type='application/ld+json'])";
const not_of_ours = "form, button, textarea, select, style, svg, math, input:not([type='checkbox'][disabled]), video, audio, [style]";

/* A browser's own reading of the address decides. */
function bad_address(element, value) {
  let url;
  try { url = new URL(value, "https://base.example/"); } catch { return false; /* leads nowhere */ }
  if (schemes.has(url.protocol) || value.startsWith("about:invalid")) return false;
  return !(element.localName === "img" && /^data:image\/(png|gif|jpeg|webp)[;,]/.test(url.href));
}

function bad_attributes(element) {
  return [...element.attributes].filter(({ name, value }) =>
    name.startsWith("on") || (address_names.has(name) && bad_address(element, value)) ||
    (name === "style" && /url\s*\(|expression|@import/i.test(value)))
    .map(({ name, value }) => `<${element.localName} ${name}=${value}>`);
}

function bad_sheet(style) {
  const rules = [...(style.sheet ? style.sheet.cssRules : [])];
  return rules.length > 1 || rules.some((rule) => rule.selectorText !== ".probe" || rule.style.length > 1 || /url\s*\(/i.test(rule.cssText));
}

function faults(page, selector) {
  const found = [...page.querySelectorAll(selector)].map((element) => `<${element.localName}>`);
  for (const element of page.querySelectorAll("*")) found.push(...bad_attributes(element));
  for (const script of page.querySelectorAll("script[type$='json']")) {
    try { JSON.parse(script.textContent); } catch { found.push("a script that is no JSON"); }
  }
  return found;
}

/* ---- pages of the layout, feeds, and pages of the probe */

/* Also what a browser makes of its own serialisation: markup that changes when parsed again has fooled filters before. */
function page_faults(page) {
  const again = new DOMParser().parseFromString(page.documentElement.outerHTML, "text/html");
  return faults(page, `${never}, ${not_of_ours}`).concat(faults(again, `${never}, ${not_of_ours}`));
}

const shape = (element) => `${element.localName}[${[...element.attributes].map(({ name }) => name).join(" ")}](${[...element.children].map(shape).join(",")})`;
const broken_lines = (text) => String(text).replace(/\r\n?/g, "\n");
let probe_shape;
let values_seen = 0;

/* A value reads the same wherever it stands; got is what the section's own script was given. */
function probe_faults(section, got) {
  const found = [];
  const at = (name) => section.querySelector(`[data-at=${name}]`);
  probe_shape ??= shape(section);
  if (shape(section) !== probe_shape) return [`${section.dataset.name}: elements that the template does not have`];
  const json = JSON.parse(at("json").textContent);
  const read = [at("double").title, at("single").title, at("rcdata").value, at("image").alt, at("svg").querySelector("title").textContent,
    at("svg").querySelector("text").textContent, json.v, json.s, ...(got || []).slice(0, 3), ...(got ? [got[3].v[0]] : ["(no script)"])];
  const wanted = broken_lines(at("text").textContent);
  values_seen += 1;
  if (read.some((value) => broken_lines(value) !== wanted)) found.push(`${section.dataset.name}: reads ${JSON.stringify(read)}, not ${JSON.stringify(wanted)}`);
  if (bad_sheet(at("sheet"))) found.push(`${section.dataset.name}: a sheet of more than its rule: ${at("sheet").textContent}`);
  for (const element of section.querySelectorAll("*")) found.push(...bad_attributes(element));
  return found;
}

function all_probe_faults(frame) {
  const page = frame.contentDocument;
  const outside = page.querySelectorAll("body > :not(section), head > :not(meta, title)").length;
  const sections = [...page.querySelectorAll("body > section")];
  const got = frame.contentWindow.__all || [];
  return (outside || !sections.length ? ["elements beside the sections"] : []).concat(...sections.map((section, i) => probe_faults(section, got[i])));
}

function read_file(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  return request.responseText;
}

function feed_faults(url) {
  const feed = new DOMParser().parseFromString(read_file(url), "application/xml");
  if (feed.querySelector("parsererror")) return ["is not XML"];
  const found = [];
  for (const element of feed.querySelectorAll("item > description, item > encoded"))
    found.push(...page_faults(new DOMParser().parseFromString(element.textContent, "text/html")));
  return found;
}

/* ---- opening */

const events = "mouseover mouseenter pointerover focus blur error load toggle input change keydown submit animationstart transitionend scroll wheel copy drag".split(" ");

/* What happens to elements that wait for it, and to addresses that are programs. */
function poke(page) {
  for (const element of page.querySelectorAll("*")) {
    if ([...element.attributes].some(({ name }) => name.startsWith("on")))
      for (const name of events) element.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }));
    if (element.localName === "a" && element.protocol === "javascript:") element.click();
  }
}

function open(url, name) {
  const frame = document.createElement("iframe");
  frame.name = name;
  const ready = new Promise((done) => { frame.onload = done; });
  frame.src = url;
  document.body.append(frame);
  return { frame, ready };
}

async function look_at(site, paths) {
  const opened = paths.map((path) => ({ path, ...open(sites[site].root + "/" + path, `${site}: ${path}`) }));
  await Promise.race([Promise.all(opened.map(({ ready }) => ready)), pause(20000)]);
  const results = opened.map(({ path, frame }) => {
    const page = frame.contentDocument;
    if (!page || !page.body) return [path, ["did not open"]];
    return [path, path.startsWith("probe/") ? all_probe_faults(frame) : path.startsWith("bodies/") && site === "keep" ? [] : page_faults(page)];
  });
  opened.forEach(({ frame }) => frame.contentDocument && poke(frame.contentDocument));
  await pause(100);
  opened.forEach(({ frame }) => frame.remove());
  for (const [path, found] of results) tell(!found.length, `${site}: ${path}: nothing is left that could run${found.length ? " " + [...new Set(found)].slice(0, 4).join(" | ").slice(0, 1500) : ""}`);
}

/* Bodies of the site that keeps raw HTML do run, and show that running is noticed on a page of a file. */
const is_kept_body = (site, path) => site === "keep" && /^bodies\/2023/.test(path);

async function look_at_site(site) {
  const { root, paths } = sites[site];
  const pages = paths.filter((path) => path.endsWith(".html"));
  for (let i = 0; i < pages.length; i += at_once) await look_at(site, pages.slice(i, i + at_once));
  for (const path of pages) if (!is_kept_body(site, path)) tell(!fired.has(`${site}: ${path}`), `${site}: ${path}: nothing runs`);
  for (const path of paths.filter((name) => name.endsWith(".xml"))) {
    const found = feed_faults(root + "/" + path);
    tell(!found.length, `${site}: ${path}: nothing is left that could run ${found.slice(0, 3).join(" | ")}`);
  }
  const kept = pages.filter((path) => is_kept_body(site, path));
  if (site === "keep") tell(kept.some((path) => fired.has(`${site}: ${path}`)), "keep: raw HTML of bodies runs");
  lines.push(`note: ${site}: ${pages.length} pages, ${pages.filter((path) => fired.has(`${site}: ${path}`) && !is_kept_body(site, path)).length} executed`);
}

/* ---- the same values where nothing escapes them */

const bare = {
  text: (v) => `<p>${v}</p>`, double: (v) => `<p title="${v}">x</p>`, single: (v) => `<p title='${v}'>x</p>`, unquoted: (v) => `<p title=${v}>x</p>`,
  title: (v) => `<title>${v}</title>`, textarea: (v) => `<textarea>${v}</textarea>`, comment: (v) => `<!-- ${v} -->`, cdata: (v) => `<svg><![CDATA[${v}]]></svg>`,
  url: (v) => `<a href="${v}">x</a>`, frame: (v) => `<iframe src="${v}"></iframe>`, object: (v) => `<object data="${v}"></object>`,
  json: (v) => `<script type="application/json">{"v":"${v}"}</script>`,
  code: (v) => `<script>var got = ${v}</script>`, in_double: (v) => `<script>var got = "${v}"</script>`, in_single: (v) => `<script>var got = '${v}'</script>`,
  twice_escaped: (v) => `<script>var got = "${v.replace(/"/g, '\\"')}"</script>`, twice_single: (v) => `<script>var got = '${v.replace(/'/g, "\\'")}'</script>`,
  in_template: (v) => `<script>var got = \`${v}\`</script>`, line_comment: (v) => `<script>// ${v}</script>`, block_comment: (v) => `<script>/* ${v} */</script>`,
  style: (v) => `<p style="color: ${v}">x</p>`, sheet: (v) => `<style>.probe { color: ${v}; }</style>`,
};

/* One value in one place, written into a frame. */
function write_bare(place, value) {
  const frame = document.createElement("iframe");
  frame.name = `control: ${place}: ${value}`;
  document.body.append(frame);
  frame.contentDocument.open();
  frame.contentDocument.write("<!doctype html><body>" + bare[place](value));
  frame.contentDocument.close();
  return frame;
}

const ran_in = (place, value) => fired.has(`control: ${place}: ${value}`);

/* Gives those of the values that ran or that the search for faults finds. */
async function noticed_in(place, values) {
  const frames = values.map((value) => write_bare(place, value));
  await pause(150);
  const risky = frames.map(({ contentDocument: page }) => page && (faults(page, never).length || [...page.querySelectorAll("style")].some(bad_sheet)));
  for (const { contentDocument: page } of frames) if (page) poke(page);
  await pause(60);
  frames.forEach((frame) => frame.remove());
  return values.filter((value, i) => risky[i] || ran_in(place, value));
}

/* Each place lets something run, each value is noticed in some place. */
async function control() {
  const unnoticed = new Set(live);
  let tried = 0;
  for (const place of Object.keys(bare)) {
    const values = [...unnoticed, ...live.filter((value) => !unnoticed.has(value))];
    let runs = false;
    for (let i = 0, wanted = unnoticed.size; i < values.length && (i < wanted || !runs); i += at_once) {
      const some = values.slice(i, i + at_once);
      for (const value of await noticed_in(place, some)) unnoticed.delete(value);
      runs ||= some.some((value) => ran_in(place, value));
      tried += some.length;
    }
    tell(runs, `control: an unescaped value runs in ${place}`);
  }
  for (const value of live) tell(!unnoticed.has(value), `control: ${JSON.stringify(value)} is noticed`);
  lines.push(`note: control: ${live.length} values, ${Object.keys(bare).length} places, ${tried} tried, ${fired.size} executed`);
}

addEventListener("load", async () => {
  try {
    await control();
    fired.clear();
    for (const site of Object.keys(sites)) await look_at_site(site);
    tell(!fired.has("?"), "nothing runs in a frame of a frame");
    lines.push(`note: ${values_seen} values of fields, each in every place of the probe`, "done");
  } catch (problem) {
    lines.push("not ok " + (problem.stack || problem));
  }
  document.getElementById("out").textContent = "\n" + lines.join("\n") + "\n";
});
