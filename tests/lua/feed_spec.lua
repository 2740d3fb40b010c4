local feed = require("lede.feed")
local feed_diff = require("lede.feed_diff")
local feed_list = require("lede.feed_list")
local feed_profile = require("lede.feed_profile")
local feed_read = require("lede.feed_read")
local plugin = require("lede.plugin")
local site_rules = require("lede.site")

local function setup(more)
  local raw = { title = "T", base_url = "https://t.example:8080/papers/", plugins = {} }
  for key, value in pairs(more or {}) do raw[key] = value end
  local config = assert(site_rules.check(raw))
  assert(plugin.load(config, { side = "worker" }))
  return config
end

describe("what lede.lua says of feeds", function()
  local function problems(raw)
    raw.title = "T"
    local _, message = site_rules.check(raw)
    return message or ""
  end
  local cases = {
    { { feed = { limit = 0 } }, "feed.limit: between 1 and 1000" },
    { { feed = { date = "May" } }, "feed.date: 'May' is none of 2026, 2026-05, 2026-05-01" },
    { { feed = { limitt = 1 } }, "feed.limitt: there is no such key. Did you mean 'limit'?" },
    { { feeds = { { name = "a b", query = {} } } }, "feeds[1].name: letters, digits" },
    { { feeds = { { name = "a" } } }, "feeds[1].query: which articles" },
    { { feeds = { { name = "a", query = { from = "soon" } } } }, "feeds[1].query.from: 'soon' is no date" },
    { { feeds = { { name = "a", query = { limit = 2 } } } }, "feeds[1].query.limit: there is no such condition" },
    { { feeds = { { name = "a", query = {} }, { name = "a", query = {} } } }, "feeds[2].name: there are two called 'a'" },
    { { feeds = { { name = "a", query = { tag = 1 } } } }, "feeds[1].query.tag: expected a slug, got number" },
  }
  for _, case in ipairs(cases) do
    it("is refused: " .. case[2], function() expect(problems(case[1])):to_contain(case[2]) end)
  end
  it("has days of a query as instants of the site's zone, also when it is read twice", function()
    local raw = { title = "T", timezone = "Europe/Paris", feeds = { { name = "a", query = { from = "2024-06-01" } } } }
    local config = assert(site_rules.check(raw))
    expect(config.feeds[1].query.from):to_be(1717192800)
    expect(assert(site_rules.check(config)).feeds[1].query.from):to_be(1717192800)
    expect(config.feeds[1].title):to_be("a")
  end)
end)

describe("an id", function()
  it("is of the host, the day and the article, whatever its address", function()
    setup { feed = { date = "2020-05" } }
    expect(feed.id { id = "01HT" }):to_be("tag:t.example,2020-05:01HT")
  end)
end)

describe("the stories of a list", function()
  local articles = {}
  for i = 1, 40 do articles[i] = { type = i % 2 == 0 and "page" or nil, url = "/" .. i .. "/" } end
  local edition = {}
  function edition.articles(_, query)
    local from = query.order == "oldest" and #articles - query.offset or query.offset + 1
    local step, found = query.order == "oldest" and -1 or 1, {}
    for i = from, math.max(1, math.min(#articles, from + step * (query.limit - 1))), step do found[#found + 1] = articles[i] end
    return found
  end

  it("are no pages, and as many as there should be", function()
    local found = feed.stories(edition, nil, 12)
    expect(#found):to_be(12)
    expect(found[12].url):to_be("/23/")
  end)
  it("are fewer where there are no more", function() expect(#feed.stories(edition, {}, 30)):to_be(20) end)
  it("of an archive count from the oldest and are told newest first", function()
    local found = feed_list.archived(edition, {}, 1, 4)
    expect(#found):to_be(2)
    expect(found[1].url):to_be("/37/")
    expect(found[2].url):to_be("/39/")
  end)
end)

describe("what was withdrawn", function()
  it("is told by the lists in which it was", function()
    setup()
    local pieces = {
      { id = "A", url = "/a/", at = 9, date = 5, section = "news", tags = { "x", "y" }, authors = {}, lang = "fr" },
      { id = "B", url = "/b/", at = 8, date = 50, tags = {}, authors = { "ann" } }, { id = "P", url = "/p/", at = 7, date = 50, type = "page", tags = {}, authors = {} },
    }
    local edition = { data = { ["lede.withdrawn"] = pieces, ["lede.withdrawn/tag/x"] = { pieces[1] } } }
    local function ids(list)
      local found = {}
      for i, piece in ipairs(feed_list.withdrawn(edition, list)) do found[i] = piece.id:match("[^:]*$") end
      return table.concat(found, " ")
    end
    expect(ids { kind = "site", query = {} }):to_be("A B")
    expect(ids { kind = "tag", slug = "x", query = { tag = "x" } }):to_be("A")
    expect(ids { kind = "tag", slug = "z", query = { tag = "z" } }):to_be("")
    expect(ids { kind = "language", slug = "fr", query = { lang = "fr" } }):to_be("A")
    expect(ids { kind = "query", query = { author = "ann", from = 10 } }):to_be("B")
    expect(ids { kind = "query", query = { tag = "y", to = 5 } }):to_be("")
    expect(feed_list.withdrawn(edition, { kind = "site", query = {} })[1].url):to_be("https://t.example:8080/papers/a/")
  end)
end)

local RSS = [[<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>T</title><link>https://t.example/</link><description>D</description>
<item><title>One</title><link>https://t.example/1/</link><guid>1</guid><pubDate>Wed, 03 Apr 2024 19:10:00 +0000</pubDate><dc:creator>Ann</dc:creator><category>x</category><description>a &amp;lt; b</description><content:encoded>&lt;p&gt;Hi&lt;/p&gt;</content:encoded></item>
</channel></rss>]]

describe("a feed that is read", function()
  it("says the same of RSS, Atom and JSON Feed", function()
    local atom = [[<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="https://t.example/"/><entry><id>1</id><title type="html">One</title>
      <link href="https://t.example/1/"/><author><name>Ann</name></author><category term="x"/><summary>a &lt; b</summary><content type="html">&lt;p&gt;Hi&lt;/p&gt;</content></entry></feed>]]
    local json = '{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://t.example/","items":[{"id":"1","title":"One","url":"https://t.example/1/","authors":[{"name":"Ann"}],"tags":["x"],"summary":"a < b","content_html":"<p>Hi</p>"}]}'
    for _, text in ipairs { RSS, atom, json } do
      local found = assert(feed_read.read(text))
      local item = found.items[1]
      expect(found.title .. " " .. found.url):to_be("T https://t.example/")
      expect(item.id .. item.title .. item.url .. item.summary .. item.html .. item.authors[1] .. item.tags[1]):to_be("1Onehttps://t.example/1/a < b<p>Hi</p>Annx")
    end
  end)
  it("is refused when it is none", function()
    for text, why in pairs { ["<html/>"] = "its root is <html>", ["{"] = "", ['{"a":1}'] = "it is no JSON Feed", ["<rss/>"] = "has no <channel>", [""] = "" } do
      local found, message = feed_read.read(text)
      expect(found):to_be_nil()
      expect(message):to_contain(why)
    end
  end)
end)

describe("the difference of two feeds", function()
  local function read(items, withdrawn)
    for _, item in ipairs(items) do item.authors, item.tags = item.authors or {}, {} end
    return { items = items, withdrawn = withdrawn or {} }
  end
  it("tells new, changed, withdrawn and what is no more in it", function()
    local old = read { { id = "a", title = "A" }, { id = "b", title = "B" }, { id = "c", title = "C" }, { id = "d", title = "D", authors = { "x" } } }
    local new = read({ { id = "e", title = "E" }, { id = "a", title = "A2", html = "x" }, { id = "d", title = "D", authors = { "y" } } }, { "b" })
    local diff = feed_diff.of(old, new)
    expect(diff.new):to_equal { { id = "e", title = "E" } }
    expect(diff.changed):to_equal { { id = "a", title = "A2", fields = { "title", "text" } }, { id = "d", title = "D", fields = { "authors" } } }
    expect(diff.withdrawn):to_equal { { id = "b", title = "B" } }
    expect(diff.gone):to_equal { { id = "c", title = "C" } }
  end)
end)

describe("a partner's profile", function()
  local function messages(profile, item, feed_fields)
    local found = { format = "rss", items = { item }, withdrawn = {}, authors = {}, tags = {} }
    for key, value in pairs(feed_fields or {}) do found[key] = value end
    local out = {}
    for i, violation in ipairs(feed_profile.check(found, profile)) do out[i] = violation.field .. " " .. violation.message end
    return table.concat(out, "; ")
  end
  local cases = {
    { { item = { title = { required = true } } }, {}, "title is missing" },
    { { item = { title = { max = 3 } } }, { title = "éàüß" }, "title has 4 characters, at most 3" },
    { { item = { title = { min = 3 } } }, { title = "ab" }, "title has 2 characters, at least 3" },
    { { item = { html = { words = 3 } } }, { html = "<p>a b</p>" }, "html has 2 words, at least 3" },
    { { item = { url = { https = true } } }, { url = "http://x.example/" }, "url is no https address: http://x.example/" },
    { { item = { published = { date = true } } }, { published = "soon" }, "published is no date: soon" },
    { { item = { id = { pattern = "^%d+$" } } }, { id = "x" }, "id has not the form '^%d+$'" },
    { { item = { authors = { required = true } } }, { authors = {} }, "authors is missing" },
    { { item = { html = { required = true } }, map = { html = { "html", "summary" } } }, { summary = "x" }, "" },
    { { item = { title = { required = true } }, called = { title = "headline" } }, {}, "headline is missing" },
    { { html = { elements = "p b" } }, { html = "<p><b>x</b><i>y</i><i>z</i></p>" }, "html has <i>, which is not allowed" },
    { { html = { depth = 2 } }, { html = "<p><b><i>y</i></b></p><p>a<br>b</p>" }, "html has elements 3 deep, at most 2" },
    { { html = { elements = "p", frames = { "v.example" } } }, { html = '<p></p><iframe src="https://v.example/x"></iframe><iframe src="https://w.example/x"></iframe>' }, "html has a frame of a host that is not listed" },
    { { html = { https = true } }, { html = '<a href="/x">x</a><a href="mailto:a@b.example">y</a><a href="https://x.example/">z</a>' }, "html has an address that is not https and absolute: /x" },
  }
  for _, case in ipairs(cases) do
    it(case[3] == "" and "takes a field from where it is" or "says: " .. case[3], function() expect(messages(case[1], case[2])):to_be(case[3]) end)
  end
  it("asks the feed too", function()
    expect(messages({ formats = { "atom" }, items = { min = 2 }, channel = { language = { required = true } } }, {})):to_be("format is rss, not one of atom; items are 1, at least 2; language is missing")
  end)
  it("finds an id that stands twice", function()
    local found = { format = "rss", items = { { id = "a" }, { id = "b" }, { id = "a", title = "Third" } }, withdrawn = {} }
    local violations = feed_profile.check(found, { item = { id = { unique = true } } })
    expect(#violations):to_be(1)
    expect(violations[1].title .. " " .. violations[1].message):to_be("Third is that of item 1 too")
  end)
  it("that is shipped is whole", function()
    for _, name in ipairs(feed_profile.names) do expect(select(2, feed_profile.load(name, "/nowhere"))):to_be_nil() end
  end)
end)
