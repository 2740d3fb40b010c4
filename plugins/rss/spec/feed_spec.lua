local feed = require("plugins.rss.feed")

local channel = {
  title = "News & views", link = "https://news.example/", self = "https://news.example/index.xml", description = "All of it",
  lang = "en", root = "https://news.example", host = "news.example", tag_date = "2026", full = true, zone = "UTC",
}

local function article(fields)
  local base = {
    id = "01HTZZZZZZZZZZZZZZZZZZZZZZ", url = "/a/", title = "A < B", date = 1712171400, authors = {}, tags = {}, excerpt = "Short.",
    html = '<p><a href="/b/">b</a></p>',
  }
  for key, value in pairs(fields or {}) do
    base[key] = value
  end
  return base
end

local function before(text, first, second)
  return text:find(first, 1, true) < text:find(second, 1, true)
end

describe("the stories of a feed", function()
  local articles = {}
  for i = 1, 40 do
    articles[i] = article { type = i % 2 == 0 and "page" or nil, url = "/" .. i .. "/" }
  end
  local edition = {}
  function edition.articles(_, query)
    return table.move(articles, query.offset + 1, math.min(#articles, query.offset + query.limit), 1, {})
  end

  it("are no pages, and as many as there should be", function()
    local found = feed.stories(edition, nil, 12)
    expect(#found):to_be(12)
    expect(found[12].url):to_be("/23/")
  end)
  it("are fewer where there are no more", function()
    expect(#feed.stories(edition, nil, 30)):to_be(20)
  end)
end)

describe("a feed", function()
  it("names itself absolutely and takes its date from the newest article", function()
    local xml = feed.render(channel, { article(), article { date = 0 } })
    expect(xml):to_contain('<atom:link rel="self" type="application/rss+xml" href="https://news.example/index.xml"/>')
    expect(xml):to_contain("<lastBuildDate>Wed, 03 Apr 2024 19:10:00 +0000</lastBuildDate>")
    expect(xml):to_contain("<title>News &amp; views</title>")
  end)

  it("without articles is whole and has no date", function()
    local xml = feed.render(channel, {})
    expect(xml):not_to_contain("lastBuildDate")
    expect(xml):to_contain("</channel>")
  end)

  it("gives each item a guid that is no link", function()
    expect(feed.render(channel, { article() })):to_contain(
      '<guid isPermaLink="false">tag:news.example,2026:01HTZZZZZZZZZZZZZZZZZZZZZZ</guid>'
    )
  end)

  it("puts the summary before the body, and makes the body's addresses absolute", function()
    local xml = feed.render(channel, { article() })
    expect(before(xml, "<description>Short.", "<content:encoded>")):to_hold()
    expect(xml):to_contain("https://news.example/b/")
    expect(xml):not_to_contain('href="/b/"')
  end)

  it("keeps an excerpt text for readers that take a description for HTML", function()
    local xml = feed.render(channel, { article { excerpt = "Write <img onerror=x> & run" } })
    expect(xml):to_contain("<description>Write &amp;lt;img onerror=x&gt; &amp;amp; run</description>")
  end)

  it("escapes titles and leaves out what an article does not have", function()
    local xml = feed.render(channel, { article { authors = { "Ann & Bo" } } })
    expect(xml):to_contain("<title>A &lt; B</title>")
    expect(xml):to_contain("<dc:creator>Ann &amp; Bo</dc:creator>")
    expect(xml):not_to_contain("<category>")
    expect(xml):not_to_contain("<source")
  end)
end)
