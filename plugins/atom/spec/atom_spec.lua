local atom = require("plugins.atom.atom")

local function channel(fields)
  local base = {
    id = "tag:news.example,2026:/", title = "News & views", home = "https://news.example/", self = "https://news.example/atom.xml", description = "All of it",
    lang = "en", updated = 1712171400, zone = "UTC", hubs = {}, withdrawn = {}, author = "News & views", site = "https://news.example/",
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return base
end

local function item(fields)
  local base = {
    id = "tag:news.example,2026:01HTZZZZZZZZZZZZZZZZZZZZZZ", url = "https://news.example/a/", title = "A < B", date = 1712171400, updated = 1712171460,
    people = {}, tags = {}, summary = "Short.", html = "<p>b &amp; c</p>",
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return atom.item(base, "UTC")
end

describe("an Atom feed", function()
  it("names itself, its page and who answers for it", function()
    local xml = atom.feed(channel(), {})
    expect(xml):to_contain('<link rel="self" type="application/atom+xml" href="https://news.example/atom.xml"/>')
    expect(xml):to_contain('<link rel="alternate" type="text/html" href="https://news.example/"/>')
    expect(xml):to_contain("<author>\n<name>News &amp; views</name>")
    expect(xml):to_contain("<updated>2024-04-03T19:10:00Z</updated>")
  end)

  it("says what was withdrawn, by id and moment only", function()
    local xml = atom.feed(channel { withdrawn = { { id = "tag:news.example,2026:X", url = "https://news.example/x/", at = 1712171400 } } }, {})
    expect(xml):to_contain('<at:deleted-entry ref="tag:news.example,2026:X" when="2024-04-03T19:10:00Z"/>')
    expect(xml):not_to_contain("/x/")
  end)

  it("that is an archive says so and leads on", function()
    local xml = atom.feed(channel { current = "https://news.example/atom.xml", older = "https://news.example/atom-1.xml" }, {})
    expect(xml):to_contain("<fh:archive/>")
    expect(xml):to_contain('rel="current"')
    expect(xml):to_contain('<link rel="prev-archive" type="application/atom+xml" href="https://news.example/atom-1.xml"/>')
  end)
end)

describe("an Atom entry", function()
  it("has an id that is no address, two moments and its text escaped", function()
    local xml = item { lang = "fr" }
    expect(xml):to_contain('<entry xml:lang="fr">')
    expect(xml):to_contain("<id>tag:news.example,2026:01HTZZZZZZZZZZZZZZZZZZZZZZ</id>")
    expect(xml):to_contain("<updated>2024-04-03T19:11:00Z</updated>\n<published>2024-04-03T19:10:00Z</published>")
    expect(xml):to_contain('<content type="html">&lt;p&gt;b &amp;amp; c&lt;/p&gt;</content>')
  end)

  it("without a date has no published, and a title even when it is empty", function()
    local xml = item { date = 0, updated = 0, title = "" }
    expect(xml):not_to_contain("<published>")
    expect(xml):to_contain("<title></title>")
    expect(xml):to_contain("<updated>1970-01-01T00:00:00Z</updated>")
  end)

  it("of a republished article names the source and links to the original", function()
    local xml = item { source = { name = "Le Progrès", url = "https://p.example/a", feed = "https://p.example/feed", published = 1712000000 } }
    expect(xml):to_contain('<link rel="via" href="https://p.example/a" title="Le Progrès"/>')
    expect(xml):to_contain("<source>\n<id>https://p.example/feed</id>\n<title>Le Progrès</title>\n<updated>2024-04-01T19:33:20Z</updated>")
  end)

  it("names a category once", function()
    local _, count = item({ section = "News", tags = { "News", "x" } }):gsub('term="News"', "")
    expect(count):to_be(1)
  end)
end)
