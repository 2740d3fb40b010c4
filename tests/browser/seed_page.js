/* seed_page.js - what a reader must find on the pages of examples/politics-monitor and of tests/browser/site. Runs beside a
 * frame in which it opens published files; the roots `monitor` and `parts_site`, and `scheme` ("light", "dark") are set by
 * tests/browser/run. Writes "ok …" and "not ok …". */
"use strict";

const frame = document.getElementById("frame");
const lines = [];
let root = monitor;
const seed = "/politics-monitor/2024/04/two-ministers-spoke-on-the-phone/";
const arabic = "/diplomacy/2024/05/nahara-offers-to-host-the-river-talks/";
const french = "/politics-monitor/2024/04/le-detroit-n-appartient-a-personne/";
const translated = "/diplomacy/2024/02/l-art-de-ne-pas-conclure/";
const its_english = "/diplomacy/2024/02/the-art-of-not-concluding/";
const corrected = "/politics-monitor/2024/11/the-strait-inquiry-reports/";
const river = "/diplomacy/2024/10/how-to-read-a-river/";
const every_part = "/news/2025/03/every-part-a-body-can-have/";
const pictured = "/politics-monitor/2024/03/fire-on-the-night-ferry-to-orlan/";

function check(sentence, holds, detail) {
  lines.push((holds ? "ok " : "not ok ") + scheme + ": " + sentence + (holds || detail === undefined ? "" : " [" + detail + "]"));
}
const same = (sentence, got, wanted) => check(sentence, got === wanted, `${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
const words = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "(none)");
const path = (link) => (link ? link.getAttribute("href") : "(none)");

/* Opens a page with its style sheet, whose address is the server's and not the file system's. */
async function open(url, width) {
  frame.style.cssText = `width:${width}px;height:1000px;border:0`;
  await new Promise((ready) => {
    frame.onload = ready;
    frame.src = root + (url.endsWith("/") ? url + "index.html" : url);
  });
  const page = frame.contentDocument;
  for (const link of page.querySelectorAll('link[rel="stylesheet"]')) {
    await new Promise((ready) => {
      link.onload = link.onerror = ready;
      link.href = root + path(link);
    });
  }
  for (const image of page.querySelectorAll("img")) {
    await new Promise((ready) => {
      image.onload = image.onerror = ready;
      image.src = root + image.getAttribute("src");
    });
  }
  return page;
}

function in_order(page, selectors) {
  const found = selectors.map((selector) => page.querySelector(selector));
  const missing = selectors.find((_, i) => !found[i]);
  if (missing) return `there is no ${missing}`;
  for (let i = 1; i < found.length; i++)
    if (!(found[i - 1].compareDocumentPosition(found[i]) & Node.DOCUMENT_POSITION_FOLLOWING)) return `${selectors[i]} comes too early`;
  return "";
}

async function seed_structure() {
  const page = await open(seed, 1440);
  const wrong = in_order(page, [
    "nav.breadcrumb ol", ".story .kicker", "h1", ".story .byline time", ".body > p", ".body > h2", ".body > h2 + p", ".origin", "aside.related > h2",
    "aside.related .card",
  ]);
  check("breadcrumb, kicker, headline, byline, body, notice, related articles in this order", !wrong, wrong);

  const steps = [...page.querySelectorAll("nav.breadcrumb ol > li > a")];
  same("the breadcrumb's steps", steps.map(words).join(" > "), "Home > Politics Monitor");
  same("the breadcrumb's links", steps.map(path).join(" "), "/ /politics-monitor/");
  check("the breadcrumb is labelled", page.querySelector("nav.breadcrumb[aria-label]"));
  const data = JSON.parse(words(page.querySelector('head script[type="application/ld+json"]')));
  const [story, way] = data["@graph"];
  same("what the head says it is", [story["@type"], way["@type"], story.isBasedOn === story.mainEntityOfPage].join(" "), "NewsArticle BreadcrumbList true");
  same("the head's steps", way.itemListElement.map((step) => `${step.position} ${step.name} ${step.item || "-"}`).join("; "),
    "1 Home https://politics-monitor.example/; 2 Politics Monitor https://politics-monitor.example/politics-monitor/; 3 Two ministers spoke on the phone -");

  const kicker = page.querySelector(".story .kicker a");
  same("the kicker", words(kicker) + " " + path(kicker), "Politics Monitor /politics-monitor/");
  same("one headline only", page.querySelectorAll("h1").length, 1);
  same("the headline", words(page.querySelector("h1")), "Two ministers spoke on the phone");
  const sub = page.querySelector(".body > h2");
  same("the first sub-heading's id", sub.id, "stop-all-exploitation");
  check("the first sub-heading's words", /Stop all exploitation/.test(words(sub)), words(sub));
  check("every sub-heading has an id", [...page.querySelectorAll(".body h2")].every((h) => h.id) && page.querySelectorAll(".body h2").length === 2);

  same("the notice", words(page.querySelector(".origin")), "This article is originally published on example.fr");
  const original = "https://www.example.fr/monde/2024/04/03/deux-ministres-se-sont-parle-au-telephone";
  const notice = page.querySelector(".origin a");
  same("the notice's link", `${words(notice)} ${notice.rel} ${path(notice)}`, `example.fr external ${original}`);
  same("the canonical address", path(page.querySelector('link[rel="canonical"]')), original);
  same("the news robot stays out", page.querySelector('meta[name="Googlebot-News"]')?.content, "noindex");

  const aside = page.querySelector("aside.related");
  same("the related block's heading", words(aside.querySelector("h2")), "Related Articles");
  same("the related block's label", aside.getAttribute("aria-labelledby"), aside.querySelector("h2").id);
  const cards = [...aside.querySelectorAll(".card")].map((card) => ({
    section: words(card.querySelector(".kicker a")), title: words(card.querySelector("h3 a")), href: path(card.querySelector("h3 a")),
    excerpt: words(card.querySelector(".excerpt")), wrong: in_order(card, [".kicker a", "h3 a", ".excerpt"]),
  }));
  same("four related articles", cards.length, 4);
  const ambassadors = cards.find((card) => card.title === "Ambassadors summoned to four capitals") ?? {}; // their texts decide the order
  same("one of them, as the page was drawn", `${ambassadors.title} | ${ambassadors.excerpt}`, "Ambassadors summoned to four capitals | In response to yesterday's statement, a...");
  same("no article twice", new Set(cards.map((card) => card.href).concat(seed)).size, 5);
  for (const card of cards) {
    check(`'${card.title}': section, headline, excerpt`, !card.wrong && card.section === "Politics Monitor" && card.excerpt.length < 60, card.wrong);
    check(`'${card.title}': its excerpt ends in three points`, /[^.\s]\.\.\.$/.test(card.excerpt), card.excerpt);
    // Excerpts have the quotes of the source, bodies those of the language.
    const text = words((await open(card.href, 1440)).querySelector(".story")).replace(/[\u2018\u2019]/g, "'").replace(/[\u201C\u201D]/g, '"');
    const kept = card.excerpt.slice(0, -3);
    const next = text.charAt(text.indexOf(kept) + kept.length);
    check(`'${card.title}': it is cut between words of the article`, text.includes(kept) && /[\s,.;:]/.test(next), kept);
  }
}

async function every_page(url) {
  const page = await open(url, 1440);
  const at = (sentence) => `${url}: ${sentence}`;
  same(at("one h1"), page.querySelectorAll("h1").length, 1);
  const ids = [...page.querySelectorAll("[id]")].map((element) => element.id);
  same(at("no id twice"), new Set(ids).size, ids.length);
  let level = 0;
  const skipped = [...page.querySelectorAll("h1,h2,h3,h4")].find((h) => {
    const jumped = level && Number(h.tagName[1]) > level + 1;
    level = Number(h.tagName[1]);
    return jumped;
  });
  check(at("headings step by one"), !skipped, words(skipped));
  check(at("landmarks"), ["header", "nav", "main", "footer"].every((name) => page.querySelector(name)));
  check(at("navigations are labelled"), [...page.querySelectorAll("nav")].every((nav) => nav.getAttribute("aria-label")));
  check(at("times are machine-readable"), [...page.querySelectorAll("time")].every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(time.dateTime)));
  check(at("no code runs"), ![...page.querySelectorAll("script")].some((script) => script.type !== "application/ld+json"));
  check(at("pictures say what they show"), [...page.querySelectorAll("img")].every((image) => image.hasAttribute("alt")));
  check(at("language and direction"), page.documentElement.lang && page.documentElement.dir);
  check(at("the style sheet came"), frame.contentWindow.getComputedStyle(page.body).maxWidth !== "none");
  check(at("contrast is 4.5 at least"), ...contrast(page));
  const small = [...page.querySelectorAll("nav a, .tags a, .terms a, .pager a, .colophon li a, .versions a, .skip")].filter(
    (link) => !link.closest(".turn") && link.getBoundingClientRect().height < 24 && !link.matches(".skip:not(:focus)"));
  check(at("targets are 24 high at least"), !small.length, small.map(words).join(", "));
  for (const width of [360, 768, 1440]) {
    frame.style.width = width + "px";
    const root_box = page.documentElement;
    check(at(`nothing is wider than ${width}`), root_box.scrollWidth <= root_box.clientWidth, root_box.scrollWidth);
  }
}

/* Relative luminance and contrast as WCAG 2 has them. */
function luminance(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(page) {
  const view = frame.contentWindow;
  let worst = [21, ""];
  for (const element of page.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    let ground = element;
    while (ground && /^(rgba\(.*, 0\)|transparent)$/.test(view.getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const front = luminance(view.getComputedStyle(element).color);
    const back = luminance(view.getComputedStyle(ground || page.documentElement).backgroundColor);
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < worst[0]) worst = [ratio, `${ratio.toFixed(2)}: ${element.tagName} ${words(element).slice(0, 30)}`];
  }
  return [worst[0] >= 4.5, worst[1]];
}

async function scheme_is_followed() {
  const page = await open("/", 1440);
  const ground = luminance(frame.contentWindow.getComputedStyle(page.body).backgroundColor);
  check("the paper follows the reader's scheme", scheme === "dark" ? ground < 0.05 : ground > 0.85, ground);
}

/* The lines of a paragraph, as the browser broke them. */
function line_lengths(paragraph) {
  const range = paragraph.ownerDocument.createRange();
  const walker = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const counts = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let i = 0; i < node.length; i++) {
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (box.width) counts.set(Math.round(box.bottom / 8), (counts.get(Math.round(box.bottom / 8)) || 0) + 1);
    }
  }
  return [...counts.values()];
}

async function measure() {
  const page = await open(seed, 1440);
  const longest = Math.max(...line_lengths(page.querySelector(".body > p")));
  check("a line holds 55 to 80 characters", longest >= 55 && longest <= 80, longest);
}

async function languages() {
  let page = await open(arabic, 1440);
  same("the Arabic page's language", page.documentElement.lang + " " + page.documentElement.dir, "ar rtl");
  same("its masthead stays English", page.querySelector(".masthead").lang + " " + page.querySelector(".masthead").dir, "en ltr");
  same("its heading", words(page.querySelector("#related")), "مقالات ذات صلة");
  const columns = [...page.querySelectorAll(".related .card")].map((card) => card.getBoundingClientRect().left);
  check("its columns run from the right", columns[0] > columns[1], columns.join(" "));
  const foreign = page.querySelector(".related .card");
  same("an English card in it says so", foreign.lang + " " + foreign.dir, "en ltr");

  page = await open(french, 1440);
  same("the French notice", words(page.querySelector(".origin")), "Cet article est initialement publié sur example.fr");
  same("the French heading", words(page.querySelector("#related")), "Articles liés");
  check("the French date", /^1 ?(er)? avril 2024/.test(words(page.querySelector(".byline time"))), words(page.querySelector(".byline time")));
}

async function translations() {
  for (const [url, lang, line] of [[translated, "fr", "Aussi en English"], [its_english, "en", "Also in Français"]]) {
    const page = await open(url, 1440);
    const alternates = [...page.querySelectorAll('link[rel="alternate"][hreflang]')].map((link) => `${link.hreflang} ${path(link)}`).sort();
    same(`${lang}: each language has its address in the head`, alternates.join(", "),
      `en https://politics-monitor.example${its_english}, fr https://politics-monitor.example${translated}`);
    const shown = page.querySelector(".story > header .versions");
    const link = shown && shown.querySelector("a");
    same(`${lang}: a line below the byline says so`, words(shown), line);
    same(`${lang}: it leads there`, path(link), lang === "fr" ? its_english : translated);
    check(`${lang}: in the words of that language`, link && link.lang === link.hreflang && link.lang !== lang);
  }
  const page = await open(seed, 1440);
  check("an article in one language has no such line", !page.querySelector(".versions, link[hreflang]"));
}

async function parts() {
  let page = await open(corrected, 1440);
  check("a correction is told with its date", /Corrections 21 November 2024, 09:15 .*It heard 46\./.test(words(page.querySelector(".correction"))), words(page.querySelector(".correction")));
  check("an update is told", page.querySelector(".updated time"));
  same("tags are links", [...page.querySelectorAll(".tags a[rel=tag]")].map(words).join(", "), "Orlan Strait, Parliament, Ferries");
  same("a page of our own is its own original", path(page.querySelector('link[rel="canonical"]')), "https://politics-monitor.example" + corrected);
  page = await open(pictured, 1440);
  const image = page.querySelector(".plate img");
  check("the picture is shown", image && image.naturalWidth > 0 && image.getBoundingClientRect().height > 200);
  page = await open("/", 1440);
  check("the front has a lead story", page.querySelector(".lead h2 a"));
  same("the front has every section", [...page.querySelectorAll(".desk > h2")].map(words).join(", "), "Politics Monitor, Diplomacy, Economy, Culture");
  const shown = [...page.querySelectorAll("main h2 a, main h3 a")].map(path).filter((href) => /\/2024\//.test(href));
  same("the front shows no article twice", new Set(shown).size, shown.length);
}

async function page_kinds() {
  let page = await open("/about/", 1440);
  check("a page that is no story has neither byline nor date nor related articles", !page.querySelector(".story .byline, .story time, .related, .turn"));
  page = await open("/2024/", 1440);
  check("a year has its months, newest first", /^December/.test(words(page.querySelector(".index h2"))), words(page.querySelector(".index h2")));
  page = await open("/2024/04/", 1440);
  same("a month has its days in order", [...page.querySelectorAll(".index h2")].map(words).join(", "), "1 April 2024, 2 April 2024, 3 April 2024, 11 April 2024");
  page = await open("/authors/ilse-varnhagen/", 1440);
  check("an author's page tells about the author", /pillar/.test(words(page.querySelector(".about"))), words(page.querySelector(".about")));
  page = await open("/politics-monitor/", 1440);
  check("a section's front has a lead", page.querySelector(".lead h2 a"));
  page = await open(river, 1440);
  const row = [...page.querySelectorAll(".body p img")].map((image) => image.getBoundingClientRect());
  check("pictures of one paragraph stand in a row", row.length === 3 && row[0].top === row[2].top && row[0].right < row[1].left);
  const news = JSON.parse(words(page.querySelector('head script[type="application/ld+json"]')))["@graph"][0];
  same("what machines are told", [news["@type"], news.inLanguage, news.author[0].name, news.correction.length].join(" "), "NewsArticle en Samir Haddow 1");
  const turn = [...page.querySelectorAll(".turn a")].map((link) => link.rel + " " + path(link));
  same("it leads on and back", turn.join(" "), "prev /diplomacy/2024/10/four-pages-on-a-river/ next /diplomacy/2024/12/a-year-of-small-sentences/");
}

/* The site that reads from the right, with options. */
async function other_site() {
  let page = await open("/", 1440);
  const left = (selector) => page.querySelector(selector).getBoundingClientRect().left;
  check("its front runs from the right", left(".lead") > left(".seconds") && left(".seconds") > left(".latest"));
  same("its lead is the one with weight 1", words(page.querySelector(".lead h2")), "Every part a body can have");
  check("its name is a picture that says it", page.querySelector("h1.nameplate img")?.alt === "المرصد");
  const accent = frame.contentWindow.getComputedStyle(page.querySelector(".kicker")).color;
  same("its accent is its own", accent, scheme === "dark" ? "rgb(143, 211, 223)" : "rgb(11, 85, 99)");
  same("a page is no news", [...page.querySelectorAll("main a")].filter((link) => path(link) === "/contact/").length, 0);
  page = await open(every_part, 1440);
  const box = (selector) => page.querySelector(selector).getBoundingClientRect();
  const text = box(".body > p");
  check("a pulled quotation hangs beside the text", box(".pullquote").right > text.right && box(".pullquote").left < text.right);
  check("a gallery reaches beyond the measure", box(".gallery").left < text.left && box(".gallery").right > text.right);
  const [one, two] = [...page.querySelectorAll(".gallery figure")].map((figure) => figure.getBoundingClientRect());
  check("its pictures stand side by side", one.top === two.top && one.right < two.left);
  check("long code is scrolled to", page.querySelector("pre").scrollWidth > page.querySelector("pre").clientWidth);
  check("the keyboard can do it", page.querySelector("pre").tabIndex === 0);
  check("words of a correction are text", /<b>parts<\/b>/.test(words(page.querySelector(".endmatter .correction"))));
  check("an author's name keeps to itself", page.querySelectorAll(".by bdi").length === 3);
}

addEventListener("load", async () => {
  try {
    await scheme_is_followed();
    if (scheme === "light") {
      await seed_structure();
      await measure();
      await languages();
      await translations();
      await parts();
      await page_kinds();
    }
    const kinds = ["/", "/404.html", "/tags/", "/authors/", "/archive/"];
    for (const url of [...kinds, seed, arabic, french, translated, corrected, pictured, river, "/culture/", "/tags/orlan-strait/", "/authors/ilse-varnhagen/", "/about/", "/2024/", "/2024/04/"]) await every_page(url);
    root = parts_site;
    await other_site();
    for (const url of [...kinds, every_part, "/news/", "/news/page/1/", "/2025/03/", "/2025/03/page/2/", "/authors/layla/", "/contact/", "/news/2025/03/jisr/",
      "/news/2025/03/rindfleischetikettierungsuberwachungsaufgabenubertragungsgesetz-und-donaudampfschifffahrtsgesellschaftskapitan/"]) await every_page(url);
    lines.push("done");
  } catch (problem) {
    lines.push("not ok " + scheme + ": " + (problem.stack || problem));
  }
  document.getElementById("out").textContent = "\n" + lines.join("\n") + "\n";
});
