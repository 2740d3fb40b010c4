// search.js - answers queries from the files that plugins/search made of the site (README.md there). No dependencies.
"use strict";

(() => {
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  const input = form.elements.q, root = form.dataset.search;
  const status = document.getElementById("search-status"), list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  const PAGE = 10, STEM = 4;

  // ---- the index: each file is read once
  const read = new Map();
  function get(name, parse) {
    if (!read.has(name)) {
      read.set(name, fetch(root + name).then((answer) => {
        if (!answer.ok) throw new Error(name + ": " + answer.status);
        return answer.text();
      }).then(parse).catch((error) => { read.delete(name); throw error; }));
    }
    return read.get(name);
  }

  // A shard: form -> articles as they stand in the file ("" for a word that most articles have).
  function parseShard(text) {
    const forms = new Map();
    for (const line of text.split("\n")) {
      const tab = line.indexOf("\t");
      if (tab < 0) continue;
      for (const form of line.slice(0, tab).split(" ")) forms.set(form, [...(forms.get(form) || []), line.slice(tab + 1)]);
    }
    return forms;
  }

  // ---- words, in the form in which they compare
  const LOOSE = /[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;
  const SPELT = {
    "ß": "ss", "æ": "ae", "ø": "o", "ð": "d", "đ": "d", "þ": "th", "ı": "i", "ł": "l", "œ": "oe",
    "ς": "σ", "ё": "е", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك",
  };
  // Only of letters whose parts are a plain letter and its accents: signs of Indic vowels are letters to their readers.
  const APART = /[\u00c0-\u024f\u0370-\u03ff\u0590-\u06ff\u1e00-\u1fff\ufb00-\ufdff\uff01-\uff5e]/gu;

  function fold(word) {
    return word.replace(/[’']/g, "").replace(/./gsu, (c) => SPELT[c] || c)
      .replace(APART, (c) => c.normalize("NFKD").toLowerCase()).replace(LOOSE, "");
  }

  const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  function split(text) {
    if (DENSE.test(text) && typeof Intl.Segmenter === "function") {
      return [...new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)].filter((s) => s.isWordLike).map((s) => s.segment);
    }
    return text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu) || [];
  }

  // The ways in which a word may stand in the index: without "'s", as it is, without what is elided ("l'").
  function waysOf(word) {
    const low = word.normalize("NFC").toLocaleLowerCase(document.documentElement.lang || undefined).replace(/’/g, "'");
    const ways = [low.replace(/'s$/, ""), low, low.slice(low.indexOf("'") + 1)].map(fold);
    return [...new Set(ways)].filter(Boolean);
  }

  // FNV-1a of the first letters.
  function shardOf(word, count) {
    let h = 0x811c9dc5;
    for (const byte of new TextEncoder().encode([...word].slice(0, STEM).join(""))) h = Math.imul(h ^ byte, 0x01000193);
    return ((h ^ h >>> 16) & (count - 1)) >>> 0;
  }

  // ---- articles of a word
  // Adds article -> weight. A digit is a weight; steps are in base 26, ended by a capital.
  function decode(text, first, into) {
    let weight = 0, article = 0, step = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 58) { weight = c - 48; article = first - 1; step = 0; }
      else if (c >= 97) step = (step + c - 97) * 26;
      else { article += step + c - 65; step = 0; into.set(article, Math.max(into.get(article) || 0, weight)); }
    }
  }

  // Forms that the word begins, else those that it shares its beginning with: "harbours" where only "harbour" stands.
  function near(forms, word) {
    for (let cut = word.length; cut >= Math.max(STEM, word.length - 3); cut--) {
      const found = [...forms.keys()].filter((form) => form.startsWith(word.slice(0, cut)));
      if (found.length) return found.flatMap((form) => forms.get(form));
    }
    return [];
  }

  // Map of articles; null for a word that nearly every article has.
  async function articlesOf(word, head) {
    const found = new Map();
    let common = false;
    const ways = waysOf(word), shards = [];
    for (const way of ways) shards.push(await get("w/" + shardOf(way, head.shards) + ".txt", parseShard));
    const at = ways.findIndex((way, i) => shards[i].has(way));
    const texts = at >= 0 ? shards[at].get(ways[at]) : ways.length ? near(shards[0], ways[0]) : [];
    for (const text of texts) {
      common = common || !text;
      decode(text, head.first, found);
    }
    return common && !found.size ? null : found;
  }

  // Articles that have every word, best first: how much and how rare the words, the newer a little before the older.
  async function find(words) {
    const head = await get("index.json", JSON.parse);
    if (!head.shards) return [];
    const all = (await Promise.all(words.map((word) => articlesOf(word, head)))).filter(Boolean).sort((a, b) => a.size - b.size);
    if (!all.length) return words.length ? null : [];
    const scored = [];
    for (const article of all[0].keys()) {
      if (!all.every((found) => found.has(article))) continue;
      const score = all.reduce((sum, found) => sum + found.get(article) * Math.log(1 + head.articles / found.size), 0);
      scored.push([article, score * (1 + 0.3 * (article - head.first) / head.articles)]);
    }
    return scored.sort((a, b) => b[1] - a[1] || b[0] - a[0]).map((item) => item[0]);
  }

  async function show(article) {
    const head = await get("index.json", JSON.parse);
    const block = await get("a/" + Math.floor((article - head.first) / head.block) + ".json", JSON.parse);
    return block[(article - head.first) % head.block];
  }

  // ---- the page
  function row([url, title, date, section]) {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    item.append(link);
    if (section) item.append(" · " + section);
    if (date) {
      const time = document.createElement("time");
      time.dateTime = date;
      const shown = new Date(date + "T12:00:00Z");
      time.textContent = isNaN(shown) ? date : shown.toLocaleDateString(document.documentElement.lang || undefined, { dateStyle: "medium" });
      item.append(" · ", time);
    }
    return item;
  }

  let current = 0, found = [], shown = 0;
  async function next() {
    const mine = current, part = found.slice(shown, shown + PAGE);
    const rows = (await Promise.all(part.map(show))).filter(Boolean).map(row);
    if (mine !== current) return;
    list.append(...rows);
    shown += part.length;
    more.hidden = shown >= found.length;
    return rows[0];
  }

  async function answer(text) {
    const mine = ++current, words = split(text).slice(0, 12);
    list.replaceChildren();
    more.hidden = true;
    status.textContent = "";
    found = [];
    shown = 0;
    if (!words.length) return;
    try {
      const articles = await find(words);
      if (mine !== current) return;
      found = articles || [];
      await next();
      if (mine !== current) return;
      const say = articles === null ? form.dataset.common : !found.length ? form.dataset.none : found.length === 1 ? form.dataset.one : form.dataset.many;
      status.textContent = say.replace("%d", found.length.toLocaleString(document.documentElement.lang || undefined));
    } catch (error) {
      if (mine === current) status.textContent = form.dataset.failed;
    }
  }

  function fromAddress() {
    input.value = new URLSearchParams(location.search).get("q") || "";
    return answer(input.value);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", "?q=" + encodeURIComponent(input.value));
    answer(input.value);
  });
  more.addEventListener("click", async () => {
    const first = await next().catch(() => { status.textContent = form.dataset.failed; });
    if (first) first.querySelector("a").focus();
  });
  addEventListener("popstate", fromAddress);
  fromAddress();
})();
