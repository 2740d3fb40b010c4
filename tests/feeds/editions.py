"""editions.py LEDE WORK SCHEMAS COUNT SEED [LANE LANES] - random sites, published, changed, published again; every feed of each is read by
rules.py, held against the schemas of its format and against what the store has. Any Unicode, hostile titles, empty sections, no dates, huge
texts; pieces are withdrawn, moved and come back. A failure names the seed; `editions.py … 1 SEED` makes that site again and keeps it."""
import json
import os
import random
import shutil
import subprocess
import sys
import xml.etree.ElementTree as tree

import rules

LEDE, WORK, SCHEMAS = sys.argv[1:4]
COUNT, SEED = int(sys.argv[4]), int(sys.argv[5])
HOSTILE = [
    "<script>alert(1)</script>", "]]>", "<![CDATA[x]]>", "&amp;lt;", "a & b < c > d", '"quoted" \'s', "‮reversed‬", "\u200d\u2066x", "Ⅷ ﬁ ß İ", "日本語の見出し",
    "عنوان عربي", "𝔘𝔫𝔦 👩‍👩‍👧‍👦", "Z̸͎̓a̶lgo", "%00%0a${x}{{y}}<%= z %>", "  spaces   and\ttabs  ", "-->", "é" * 200, "\ufffd\u00ad", "http://x.example/?a=1&b=2", "نص مختلط mixed",
]
BODIES = [
    "Plain words.", "[up](../../) [root](/a/?b=1&c=2) [here](#x) [mail](mailto:a@b.example)", "![alt <b>](pic.png \"ti & tle\") ![](/p%20q.jpg)", "<script>bad()</script> <b onclick=x>bold</b>",
    "<iframe src='https://www.youtube.com/embed/x'></iframe>", "| a | b |\n|:--|--:|\n| 1 | <i>2</i> |", "- one\n  1. two\n     - three", "> quote\n> <style>p{}</style>", "```c\nif (a < b && c > d) puts(\"]]>\");\n```",
    "Text[^n].\n\n[^n]: note", "# Heading\n\n### Skipped", "<table><tr><td>x<td>y</table><p>unclosed <em>over</p></em>", "- [x] done\n- [ ] open", "<a href=javascript:alert(1)>j</a> <img src=x onerror=y>",
    "<video src='/v.mp4'></video><svg><a xlink:href='x'/></svg>", "&nbsp;&#x1F600;&unknown;", "![b](https://x.example/b.png?x=1&y=2)", "",
]


def lua(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" for byte in value.encode("utf-8", "replace")) + '"'
    if isinstance(value, list):
        return "{" + ", ".join(lua(v) for v in value) + "}"
    return "{" + ", ".join(f"[{lua(k)}] = {lua(v)}" for k, v in value.items()) + "}"


class Site:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.folder = os.path.join(WORK, str(seed))
        self.problems, self.serial, self.articles, self.urls = [], 0, {}, {}
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder + "/content")
        self.base = self.rng.choice(["https://news.example", "https://news.example:8443/papers", "http://xn--bcher-kva.example"])
        self.configure()
        for _ in range(self.rng.choice([0, 1, 3, 8, 14])):
            self.write_new()

    # ---- what a site is

    def words(self):
        rng = self.rng
        pick = rng.random()
        if pick < 0.4:
            return rng.choice(HOSTILE)
        if pick < 0.6:
            return "".join(chr(rng.choice([rng.randint(0x20, 0x7E), rng.randint(0xA1, 0xD7FF), rng.randint(0xE000, 0xFFFD), rng.randint(0x10000, 0x1FFFF)])) for _ in range(rng.randint(1, 40)))
        return " ".join(rng.choice(["minister", "bread", "harbour", "vote", "river", "Été", "Straße"]) for _ in range(rng.randint(1, 9)))

    def configure(self):
        rng = self.rng
        feed = {"limit": rng.choice([1, 2, 5, 20]), "full": rng.random() < 0.8, "archives": rng.random() < 0.5, "tags": rng.random() < 0.5, "authors": rng.random() < 0.5, "languages": rng.choice([[], ["en"], ["fr", "ar"]]), "date": rng.choice(["2026", "2020-05", "2019-01-31"])}
        config = {
            "title": self.words().strip() or "T", "description": rng.choice(["", self.words()]), "base_url": self.base, "lang": rng.choice(["en", "fr", "ar", "zh-Hant"]), "timezone": rng.choice(["UTC", "Asia/Kathmandu", "America/St_Johns"]), "feed": feed,
            "feeds": [{"name": "chosen", "title": self.words() or "c", "query": rng.choice([{"tag": "x"}, {"section": "news", "from": "2020-01-01"}, {"lang": "fr"}])}], "sections": {"empty": {"title": self.words() or "E"}},
            "markdown": {"html": rng.choice(["sanitise", "keep", "drop"])}, "plugins": ["layout-broadsheet", "rss", "atom", "jsonfeed", "opml"],
        }
        self.feed = feed
        with open(self.folder + "/lede.lua", "w", encoding="utf-8") as file:
            file.write("return " + lua(config) + "\n")

    def front(self):
        rng = self.rng
        front = {"title": self.words(), "tags": rng.sample(["x", "Y z", "é", self.words()], rng.randint(0, 3)), "authors": rng.sample(["Ann & Bo", "عمر", "<b>Eve</b>"], rng.randint(0, 2)), "section": rng.choice(["News", "World", self.words(), None])}
        if rng.random() < 0.8:
            front["date"] = f"{rng.choice([1969, 1999, 2024, 2025, 2090])}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:05:00Z"
        if rng.random() < 0.3:
            front["lang"] = rng.choice(["fr", "ar", "en"])
        if rng.random() < 0.3:
            front["image"] = {"src": rng.choice(["p q.png", "/i/é.jpg", "https://x.example/a.webp?x=1&y=2", "data:image/png;base64,AA"]), "alt": self.words()}
        if rng.random() < 0.3:
            front["origin"] = {"name": rng.choice(["Le Progrès", self.words() or "o"]), "url": rng.choice(["https://p.example/a?b=1&c=<d>", "https://p.example/x y"]), "index": rng.choice(["noindex", "self", "canonical", "noindex-news"])}
        if rng.random() < 0.2:
            front["summary"] = self.words()
        if rng.random() < 0.1:
            front["type"] = "page"
        if rng.random() < 0.1:
            front["draft"] = True
        if rng.random() < 0.2:
            front["corrections"] = [{"date": "2026-02-03T04:05:06Z", "text": self.words() or "c"}]
        return front

    def body(self):
        rng = self.rng
        if rng.random() < 0.03:
            return (self.words() + " **bold** [l](/x/)\n\n") * 3000
        return "\n\n".join(rng.choice(BODIES) for _ in range(rng.randint(0, 5)))

    def write(self, name):
        front, body = self.articles[name]
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items() if value is not None]
        with open(f"{self.folder}/content/{name}.md", "w", encoding="utf-8", errors="replace") as file:
            file.write("---\n" + "\n".join(lines) + "\n---\n" + body + "\n")

    def write_new(self):
        self.serial += 1
        name = f"a{self.serial}"
        self.articles[name] = [self.front(), self.body()]
        self.write(name)

    def change(self):
        rng = self.rng
        for name in list(self.articles):
            front, what = self.articles[name][0], rng.random()
            if front.get("status"):
                front.pop("status")
            elif what < 0.15:
                front["status"] = "withdrawn"
            elif what < 0.3:
                front["title"], front["section"] = self.words() + str(self.serial), rng.choice(["News", "Elsewhere"])
            elif what < 0.4:
                self.articles[name][1] = self.body()
            elif what < 0.45:
                front["expires"] = "2026-03-01T00:00:00Z"
            self.write(name)
        for _ in range(rng.randint(0, 2)):
            self.write_new()

    # ---- what comes out

    def run(self, *args):
        done = subprocess.run([LEDE, *args, "-s", self.folder], capture_output=True, text=True, timeout=120, check=False)
        return done

    def publish(self):
        """A page that a busy machine took too long for is tried again by the next publication."""
        for _ in range(3):
            done = self.run("publish", "--no-fsync", "--json")
            if not done.stdout.strip():
                return self.problems.append(f"publish ends with {done.returncode}: {done.stderr[-600:]}")
            report = json.loads(done.stdout)
            failed = [page for page in report["failed"] if page["path"].endswith((".xml", ".json"))]
            if not any("the deadline passed" in page["message"] for page in failed):
                break
        self.problems += [f"{page['path']}: {page['message']}" for page in failed]
        return report

    def feeds(self):
        found = {}
        for folder, _, names in os.walk(self.folder + "/public"):
            for name in names:
                if name.endswith((".xml", ".json")):
                    path = os.path.join(folder, name)
                    with open(path, "rb") as file:
                        feed = rules.read(path, file.read(), self.problems)
                    if feed:
                        found[os.path.relpath(path, self.folder + "/public")] = feed
        return found

    def expected(self, report):
        """Ids of the stories that are public, newest first."""
        done = self.run("article", "list", "--all", "--json")
        now, stories = report["edition"]["time"], []
        for article in json.loads(done.stdout):
            begins = rules.datetime.fromisoformat(article["date"].replace("Z", "+00:00")).timestamp()
            ends = article.get("expires")
            over = ends and rules.datetime.fromisoformat(ends.replace("Z", "+00:00")).timestamp() <= now
            if article["state"] in ("published", "corrected", "scheduled") and begins <= now and not over and article.get("type") != "page":
                stories.append((begins, article["id"]))
        return [id_ for _, id_ in sorted(stories, reverse=True)]

    def check(self):
        report = self.publish()
        if not report:
            return
        feeds, expected = self.feeds(), self.expected(report)
        say = self.problems.append
        for path, feed in feeds.items():
            if feed.self_url != self.base + "/" + path:
                say(f"{path}: says that it is {feed.self_url}")
            for id_ in feed.ids:
                known = self.urls.setdefault(id_, set())
                known.add(feed.urls[id_])
            for stem, other in (("atom", "index"), ("feed", "index")):
                name = os.path.basename(path).rsplit(".", 1)[0]
                twin = path[: len(path) - len(os.path.basename(path))] + name.replace(stem, other) + ".xml"
                if name.startswith(stem) and twin in feeds and feeds[twin].ids != feed.ids:
                    say(f"{path}: has not the items of {twin}")
        for name in ("index.xml", "atom.xml", "feed.json"):
            front = feeds.get(name)
            if not front:
                say(f"{name} is not there")
                continue
            shown = [id_.rsplit(":", 1)[1] for id_ in front.ids]
            if shown != expected[: self.feed["limit"]]:
                say(f"{name}: shows {shown}, not {expected[: self.feed['limit']]}")
            if self.feed["archives"]:
                self.check_archives(name, front, feeds, expected)
        gone = {ref.rsplit(":", 1)[1] for ref in feeds["atom.xml"].gone} if "atom.xml" in feeds else set()
        if gone & set(expected):
            say("a piece that is public is taken back")
        self.check_opml(feeds)
        return set(expected), gone

    def check_archives(self, name, front, feeds, expected):
        seen, at, steps = set(front.ids), front, 0
        while at.older and steps < 100:
            path = at.older[len(self.base) + 1 :]
            if path not in feeds:
                return self.problems.append(f"{name}: leads to {path}, which is not there")
            at, steps = feeds[path], steps + 1
            seen |= set(at.ids)
            if at.current and at.current != front.self_url:
                self.problems.append(f"{path}: belongs to {at.current}")
        missing = set(expected) - {id_.rsplit(":", 1)[1] for id_ in seen}
        if missing or steps == 100:
            self.problems.append(f"{name}: its archives lack {missing}")

    def check_opml(self, feeds):
        outlines = tree.parse(self.folder + "/public/feeds.opml").getroot().findall("body/outline")
        for outline in outlines:
            path = outline.get("xmlUrl")[len(self.base) + 1 :]
            if path not in feeds:
                self.problems.append(f"feeds.opml names {path}, which is not there")
            elif outline.get("text").split() != feeds[path].title.split():
                self.problems.append(f"feeds.opml calls {path} {outline.get('text')!r}, it calls itself {feeds[path].title!r}")


# ---- schemas


def xmllint(flag, schema, paths, problems):
    for at in range(0, len(paths), 400):
        done = subprocess.run(["xmllint", "--noout", "--huge", flag, schema, *paths[at : at + 400]], capture_output=True, text=True, check=False)
        problems += [line for line in done.stderr.splitlines() if not line.endswith(" validates")][:5]


def check_schemas(folder, problems):
    every = [os.path.join(at, name) for at, _, names in os.walk(folder + "/public") for name in names]
    if shutil.which("xmllint"):
        xmllint("--relaxng", SCHEMAS + "/atom/atom.rng", [p for p in every if os.path.basename(p).startswith("atom")], problems)
        xmllint("--schema", SCHEMAS + "/rss/rss-2_0.xsd", [p for p in every if os.path.basename(p).startswith("index") and p.endswith(".xml") and has_item(p)], problems)
    if jsonfeed:
        for path in every:
            if path.endswith(".json"):
                with open(path, encoding="utf-8") as file:
                    problems += [f"{path}: {e.json_path}: {e.message[:200]}" for e in jsonfeed.iter_errors(json.load(file))][:5]


def has_item(path):
    """The XSD wants an item, RSS does not. A list without stories has no feed; left are a site without any, and an archive of mere pages."""
    with open(path, "rb") as file:
        empty = b"<item>" not in file.read()
    return not empty or not (os.path.basename(os.path.dirname(path)) == "public" or "-" in os.path.basename(path))


def load_jsonfeed():
    try:
        import jsonschema
    except ImportError:
        return None
    schema = read_schema("feed.json", "#/")  # 1.1 refers to 1.0, which is put into it: nothing is fetched
    schema["definitions"]["feed-1"] = read_schema("feed-1.json", "#/definitions/feed-1/")
    return jsonschema.validators.validator_for(schema)(schema)


def read_schema(name, inside):
    def hook(found):
        for key in ("id", "$id"):
            if isinstance(found.get(key), str):
                found.pop(key)
        ref = found.get("$ref")
        if isinstance(ref, str):
            if ref.startswith(("http", "geojson")):
                return {}
            found["$ref"] = ref.replace("feed-1#/", "#/definitions/feed-1/") if ref.startswith("feed-1") else ref.replace("#/", inside)
        return found

    with open(f"{SCHEMAS}/jsonfeed/{name}", encoding="utf-8") as file:
        return json.load(file, object_hook=hook)


def one(seed):
    site = Site(seed)
    before = site.check()
    site.change()
    after = site.check()
    if before and after:
        lost = before[0] - after[0] - after[1]
        if lost:
            site.problems.append(f"went without a tombstone: {lost}")
    if SCHEMAS != "-":
        check_schemas(site.folder, site.problems)
    if site.problems:
        print(f"FAILED: edition {seed}")
        print("   " + "\n   ".join(site.problems[:8]))
    elif COUNT > 1:
        shutil.rmtree(site.folder)
    return not site.problems


jsonfeed = load_jsonfeed() if SCHEMAS != "-" else None
LANE, LANES = (int(sys.argv[6]), int(sys.argv[7])) if len(sys.argv) > 7 else (0, 1)
good = bad = 0
for number in range(SEED + LANE, SEED + COUNT, LANES):
    if one(number):
        good += 1
    else:
        bad += 1
print(f"{good} passed, {bad} failed")
sys.exit(1 if bad else 0)
