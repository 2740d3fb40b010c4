local jsonfeed = require("plugins.jsonfeed.jsonfeed")

local function read(text) return assert(lede.json.decode(text)) end

local function item(fields)
  local base = {
    id = "tag:news.example,2026:X", url = "https://news.example/a/", title = "A < B", date = 1712171400, updated = 1712171400, people = {}, tags = {},
    summary = "Short.", html = "<p>b</p>",
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return read(jsonfeed.item(base, "UTC"))
end

local channel = {
  title = "News", home = "https://news.example/", self = "https://news.example/feed.json", description = "News", lang = "en", hubs = { "https://hub.example/" },
  older = "https://news.example/feed-2.json", author = "News", site = "https://news.example/",
}

describe("a JSON Feed", function()
  it("is one, with what leads on and the hub", function()
    local found = read(jsonfeed.feed(channel, {}))
    expect(found.version):to_be("https://jsonfeed.org/version/1.1")
    expect(found.next_url):to_be("https://news.example/feed-2.json")
    expect(found.hubs):to_equal { { type = "WebSub", url = "https://hub.example/" } }
    expect(#found.items):to_be(0)
    expect(found.description):to_be_nil()
  end)

  it("keeps its items in order", function()
    local found = read(jsonfeed.feed(channel, { '{"id":"a"}', '{"id":"b"}' }))
    expect(found.items[2].id):to_be("b")
  end)
end)

describe("an item of a JSON Feed", function()
  it("leaves out what the article does not have", function()
    local found = item()
    expect(found.date_published):to_be("2024-04-03T19:10:00Z")
    for _, name in ipairs { "date_modified", "authors", "tags", "image", "external_url", "content_text" } do expect(found[name]):to_be_nil() end
  end)

  it("has a text in any case", function()
    local function without(fields)
      fields.html = false
      return item(fields)
    end
    expect(without({}).content_text):to_be("Short.")
    expect(without({ summary = "" }).content_text):to_be("A < B")
    expect(without({}).content_html):to_be_nil()
  end)

  it("of a republished article leads to the original", function()
    expect(item({ source = { name = "P", url = "https://p.example/a" } }).external_url):to_be("https://p.example/a")
  end)

  it("without a date has none, and names its people", function()
    local found = item { date = 0, updated = 5, people = { { name = "Ann", url = "https://news.example/authors/ann/" } }, tags = { "x" } }
    expect(found.date_published):to_be_nil()
    expect(found.date_modified):to_be("1970-01-01T00:00:05Z")
    expect(found.authors):to_equal { { name = "Ann", url = "https://news.example/authors/ann/" } }
  end)
end)
