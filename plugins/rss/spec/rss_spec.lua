local rss = require("plugins.rss.rss")

local function channel(fields)
  local base = {
    title = "News & views", home = "https://news.example/", self = "https://news.example/index.xml", description = "All of it", lang = "en",
    updated = 1712171400, zone = "UTC", hubs = {}, withdrawn = {},
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return base
end

local function item(fields)
  local base = {
    id = "tag:news.example,2026:01HTZZZZZZZZZZZZZZZZZZZZZZ", url = "https://news.example/a/", title = "A < B", date = 1712171400, updated = 1712171400,
    people = {}, tags = {}, summary = "Short.", html = '<p><a href="https://news.example/b/">b</a></p>',
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return rss.item(base, "UTC")
end

local function before(text, first, second) return text:find(first, 1, true) < text:find(second, 1, true) end

describe("an RSS channel", function()
  it("names itself absolutely and says when it last changed", function()
    local xml = rss.feed(channel(), {})
    expect(xml):to_contain('<atom:link rel="self" type="application/rss+xml" href="https://news.example/index.xml"/>')
    expect(xml):to_contain("<lastBuildDate>Wed, 03 Apr 2024 19:10:00 +0000</lastBuildDate>")
    expect(xml):to_contain("<title>News &amp; views</title>")
    expect(xml):not_to_contain("fh:archive/")
  end)

  it("leads to what is older, and an archive to what is current", function()
    local front = rss.feed(channel { older = "https://news.example/index-2.xml", hubs = { "https://hub.example/" } }, {})
    expect(front):to_contain('<atom:link rel="prev-archive" type="application/rss+xml" href="https://news.example/index-2.xml"/>')
    expect(front):to_contain('<atom:link rel="hub" href="https://hub.example/"/>')
    local archive = rss.feed(channel { current = "https://news.example/index.xml" }, {})
    expect(archive):to_contain("<fh:archive/>")
    expect(archive):to_contain('rel="current"')
    expect(archive):not_to_contain("prev-archive")
  end)
end)

describe("an RSS item", function()
  it("has a guid that is no link", function()
    expect(item()):to_contain('<guid isPermaLink="false">tag:news.example,2026:01HTZZZZZZZZZZZZZZZZZZZZZZ</guid>')
  end)

  it("has the summary before the text", function() expect(before(item(), "<description>Short.", "<content:encoded>")):to_hold() end)

  it("keeps a summary text for readers that take a description for HTML", function()
    expect(item { summary = "Write <img onerror=x> & run" }):to_contain("<description>Write &amp;lt;img onerror=x&gt; &amp;amp; run</description>")
  end)

  it("escapes titles and leaves out what an article does not have", function()
    local xml = item { people = { { name = "Ann & Bo" } }, date = 0 }
    expect(xml):to_contain("<title>A &lt; B</title>")
    expect(xml):to_contain("<dc:creator>Ann &amp; Bo</dc:creator>")
    for _, name in ipairs { "category", "source", "pubDate", "media:content" } do expect(xml):not_to_contain("<" .. name) end
  end)

  it("names its source when the feed of the source is known", function()
    expect(item { source = { name = "Le Progrès", feed = "https://p.example/feed?a=1&b" } }):to_contain('<source url="https://p.example/feed?a=1&amp;b">Le Progrès</source>')
    expect(item { source = { name = "Le Progrès", url = "https://p.example/x" } }):not_to_contain("<source")
  end)

  it("shows its picture as media, for an enclosure needs a length", function()
    local xml = item { image = { url = "https://news.example/p.jpg", type = "image/jpeg", width = 10, height = 20, alt = "A" } }
    expect(xml):to_contain('<media:content url="https://news.example/p.jpg" medium="image" type="image/jpeg" width="10" height="20">')
    expect(xml):not_to_contain("enclosure")
  end)
end)
