"""rules.py - what a feed has to be, by the rules of its format and of its validators, in words of this project. Knows nothing of lede but
what its feeds promise: the same items in each format, ids that are no addresses, texts that other people's readers can show."""
import email.utils
import json
import re
import xml.etree.ElementTree as tree
from datetime import datetime
from html.parser import HTMLParser

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
RSS_DATE = re.compile(r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}$")
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")
ABSOLUTE = re.compile(r"^https?://[^\s/?#<>\"]+[^\s<>\"{}|\\^`]*$")
NEVER = {"script", "style", "object", "embed", "iframe", "frame", "form", "input", "link", "meta", "noscript", "xmp", "base", "svg", "math"}
EVERYWHERE = {"title", "lang", "dir"}
ATTRIBUTES = {"href", "src", "cite", "alt", "width", "height", "colspan", "rowspan", "start", "datetime", "hreflang", "span", "headers", "scope", "srcset", "open", "reversed", "value", "type", "abbr"} | EVERYWHERE


class Html(HTMLParser):
    def __init__(self, complain):
        super().__init__()
        self.complain = complain

    def handle_starttag(self, tag, attrs):
        if tag in NEVER:
            self.complain(f"<{tag}> in a text")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.complain(f"attribute {name} in a text")
            if name in ("href", "src", "cite") and not re.match(r"^(https?://|mailto:)", value or ""):
                self.complain(f"{name}={value!r} is not absolute")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)


class Feed:
    """What a feed says, whatever its format: ids in order, titles and addresses by id, where it leads, what it takes back."""

    def __init__(self, path, problems):
        self.path, self.problems = path, problems
        self.ids, self.titles, self.urls, self.gone = [], {}, {}, []
        self.self_url = self.older = self.current = self.title = None

    def complain(self, words):
        self.problems.append(f"{self.path}: {words}")

    def add(self, id_, title, url):
        if id_ in self.titles:
            self.complain(f"id {id_} stands twice")
        if not re.match(r"^tag:[^,]+,\d{4}(-\d\d(-\d\d)?)?:[0-9A-Z]{26}$", id_ or ""):
            self.complain(f"id {id_} is no tag: URI of an article")
        self.ids.append(id_)
        self.titles[id_], self.urls[id_] = title or "", url
        self.address(url)

    def address(self, url):
        if not ABSOLUTE.match(url or ""):
            self.complain(f"{url!r} is no absolute address")

    def html(self, text):
        parser = Html(self.complain)
        parser.feed(text or "")
        parser.close()


def one(parent, name, feed, required=False):
    found = parent.findall(name)
    if len(found) > 1 or (required and not found):
        feed.complain(f"<{parent.tag}> has {len(found)} <{name}>")
    return found[0] if found else None


def text(element):
    return None if element is None else "".join(element.itertext())


def rss_date(element, feed):
    if element is None:
        return
    said = text(element)
    if not RSS_DATE.match(said):
        return feed.complain(f"'{said}' is no date of RFC 822")
    when = email.utils.parsedate_to_datetime(said)
    if when.strftime("%a") != said[:3]:
        feed.complain(f"'{said}' names the wrong day")


def read_rss(path, bytes_, problems):
    feed = Feed(path, problems)
    root = tree.fromstring(bytes_)
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1:
        feed.complain("it is no <rss version='2.0'> of one channel")
    channel = root[0]
    for name in ("title", "link", "description"):
        if not (text(one(channel, name, feed, True)) or "").strip():
            feed.complain(f"the channel's {name} is empty")
    feed.title = text(channel.find("title"))
    for name in ("language", "lastBuildDate", "pubDate", "image"):
        one(channel, name, feed)
    rss_date(channel.find("pubDate"), feed)
    rss_date(channel.find("lastBuildDate"), feed)
    links = {link.get("rel"): link for link in channel.findall(ATOM + "link")}
    feed.self_url = links["self"].get("href") if "self" in links else feed.complain("no atom:link to itself")
    feed.older = links["prev-archive"].get("href") if "prev-archive" in links else None
    feed.current = links["current"].get("href") if "current" in links else None
    if (channel.find(HISTORY + "archive") is not None) != (feed.current is not None):
        feed.complain("an archive has fh:archive and leads to the current feed")
    for item in channel.findall("item"):
        read_rss_item(item, feed)
    return feed


def read_rss_item(item, feed):
    for name in ("title", "link", "guid", "pubDate", "description", "source", "enclosure", "author", CONTENT + "encoded"):
        one(item, name, feed)
    guid = item.find("guid")
    if guid.get("isPermaLink") != "false":
        feed.complain("a guid that is no address says so")
    feed.add(text(guid), text(item.find("title")), text(item.find("link")))
    if not text(item.find("title")) and not text(item.find("description")):
        feed.complain("an item has neither title nor description")
    rss_date(item.find("pubDate"), feed)
    names = [child.tag for child in item]
    if CONTENT + "encoded" in names and "description" in names and names.index("description") > names.index(CONTENT + "encoded"):
        feed.complain("the summary stands behind the text")
    for name in (DC + "title", DC + "date", DC + "source", DC + "subject", DC + "description"):
        if name in names:
            feed.complain(f"{name} says again what a core element says")
    source = item.find("source")
    if source is not None:
        feed.address(source.get("url"))
    for media in item.findall(MEDIA + "content"):
        feed.address(media.get("url"))
    feed.html(text(item.find(CONTENT + "encoded")))
    feed.html(text(item.find("description")))


def instant(said, feed):
    if said is None:
        return
    try:
        if not INSTANT.match(said):
            raise ValueError
        datetime.fromisoformat(said.replace("Z", "+00:00"))
    except ValueError:
        feed.complain(f"'{said}' is no instant of RFC 3339")


def read_atom(path, bytes_, problems):
    feed = Feed(path, problems)
    root = tree.fromstring(bytes_)
    if root.tag != ATOM + "feed":
        feed.complain("its root is no atom:feed")
    if not re.match(r"^tag:[^,]+,[\d-]+:/", text(one(root, ATOM + "id", feed, True)) or ""):
        feed.complain("the feed's id is no tag: URI")
    feed.title = text(one(root, ATOM + "title", feed, True))
    instant(text(one(root, ATOM + "updated", feed, True)), feed)
    if not text(root.find(f"{ATOM}author/{ATOM}name")):
        feed.complain("nobody is named who answers for it")
    links = atom_links(root, feed)
    feed.self_url, feed.older, feed.current = links.get("self"), links.get("prev-archive"), links.get("current")
    if not feed.self_url:
        feed.complain("it does not say where it is")
    if (root.find(HISTORY + "archive") is not None) != (feed.current is not None):
        feed.complain("an archive has fh:archive and leads to the current feed")
    for gone in root.findall(TOMBSTONES + "deleted-entry"):
        instant(gone.get("when"), feed)
        feed.gone.append(gone.get("ref"))
    for entry in root.findall(ATOM + "entry"):
        read_entry(entry, feed)
    if set(feed.gone) & set(feed.ids):
        feed.complain("an entry is there and taken back")
    return feed


def atom_links(parent, feed):
    links = {}
    for link in parent.findall(ATOM + "link"):
        feed.address(link.get("href"))
        if link.get("rel") in links:
            feed.complain(f"two links {link.get('rel')}")
        links[link.get("rel")] = link.get("href")
    return links


def read_entry(entry, feed):
    for name in ("id", "title", "updated"):
        one(entry, ATOM + name, feed, True)
    for name in ("published", "content", "summary", "source", "rights"):
        one(entry, ATOM + name, feed)
    links = atom_links(entry, feed)
    feed.add(text(entry.find(ATOM + "id")), text(entry.find(ATOM + "title")), links.get("alternate"))
    instant(text(entry.find(ATOM + "updated")), feed)
    instant(text(entry.find(ATOM + "published")), feed)
    for author in entry.findall(ATOM + "author"):
        if not (text(author.find(ATOM + "name")) or "").strip():
            feed.complain("an author has no name")
    content = entry.find(ATOM + "content")
    if content is not None:
        if content.get("type") != "html":
            feed.complain("a text is not said to be HTML")
        feed.html(text(content))


def read_json(path, bytes_, problems):
    feed = Feed(path, problems)
    found = json.loads(bytes_)
    if found.get("version") != "https://jsonfeed.org/version/1.1" or not found.get("title"):
        feed.complain("version and title are required")
    feed.title, feed.self_url, feed.older = found["title"], found.get("feed_url"), found.get("next_url")
    for name in ("home_page_url", "feed_url"):
        feed.address(found.get(name))
    for item in found["items"]:
        feed.add(item.get("id"), item.get("title"), item.get("url"))
        if not item.get("content_html") and not item.get("content_text"):
            feed.complain("an item has no text")
        instant(item.get("date_published"), feed)
        instant(item.get("date_modified"), feed)
        for author in item.get("authors", []):
            if not author.get("name"):
                feed.complain("an author has no name")
        for name in ("external_url", "image"):
            if name in item:
                feed.address(item[name])
        feed.html(item.get("content_html"))
    return feed


def read(path, bytes_, problems):
    try:
        if path.endswith(".json"):
            return read_json(path, bytes_, problems)
        return read_rss(path, bytes_, problems) if bytes_.find(b"<rss") > 0 else read_atom(path, bytes_, problems)
    except (tree.ParseError, ValueError, KeyError) as wrong:
        problems.append(f"{path}: cannot be read: {wrong}")
        return None
