local head = require("plugins.metadata.head")
local document = require("lede.check.document")
local json = require("lede.json")

local options = {
  publisher = { name = "", url = "", logo = "/logo.png" }, image = "", locales = {}, twitter = "", principles = "/principles/", free = true, robots = "",
}

local function term(title, url) return { title = title, url = url } end

local function article(fields)
  local base = {
    id = "01HTZZZZZZZZZZZZZZZZZZZZZZ", url = "/news/a/", title = "A title", excerpt = "What it says.", lang = "fr", date = 1712171400, authors = { "Ann" },
    tags = { "Rivers" }, corrections = {}, translations = {}, author_terms = { term("Ann", "/authors/ann/") }, section_slug = "news",
    section_term = term("News", "/news/"),
  }
  for key, value in pairs(fields or {}) do base[key] = value end
  return base
end

local function setup(given, base_url)
  local all = {}
  for key, value in pairs(options) do all[key] = value end
  for key, value in pairs(given or {}) do all[key] = value end
  head.setup({ title = "The Test", base_url = base_url or "https://test.example", description = "News of tests", config = { timezone = "UTC" } }, all)
end

local function of(fields)
  local one = article(fields)
  return head.of({ article = one, url = one.url }, {})
end

--- What the schema says of the article, and of its place.
local function graph(m)
  local inside = m.schema:match('^<script type="application/ld%+json">(.*)</script>$')
  expect(inside:find("[<>&]") == nil):to_hold()
  local whole = assert(json.decode(inside))
  local wrong = {}
  document.check("jsonld", inside, document.report(function(_, _, message) wrong[#wrong + 1] = message end), { url = "", base = "", deep = false })
  expect(table.concat(wrong, "; ")):to_be("") -- the gate takes its word for it
  expect(whole["@context"]):to_be("https://schema.org")
  return whole["@graph"][1], whole["@graph"][2]
end

local function robots(m)
  local out = {}
  for i, meta in ipairs(m.robots) do out[i] = meta.name .. "=" .. meta.content end
  return table.concat(out, " ")
end

describe("the head of an article", function()
  it("has what search engines want of news", function()
    setup()
    local story, place = graph(of { updated = 1712171460, dateline = "Sund", image_src = "b.jpg", image = { src = "b.jpg", alt = "A boat", width = 800, height = 600 } })
    expect(story["@type"]):to_be("NewsArticle")
    expect(story.headline):to_be("A title")
    expect(story.datePublished):to_be("2024-04-03T19:10:00Z")
    expect(story.dateModified):to_be("2024-04-03T19:11:00Z")
    expect(story.author):to_equal { { ["@type"] = "Person", name = "Ann", url = "https://test.example/authors/ann/" } }
    expect(story.publisher):to_equal { ["@type"] = "Organization", name = "The Test", url = "https://test.example/", logo = "https://test.example/logo.png" }
    expect(story.publishingPrinciples):to_be("https://test.example/principles/")
    expect(story.image):to_equal { { ["@type"] = "ImageObject", url = "https://test.example/news/a/b.jpg", width = 800, height = 600 } }
    expect(story.keywords):to_equal { "Rivers" }
    expect(story.mainEntityOfPage):to_be("https://test.example/news/a/")
    expect(story.isAccessibleForFree):to_be(true)
    expect(story.isBasedOn):to_be_nil()
    expect(#place.itemListElement):to_be(3)
    expect(place.itemListElement[2].item):to_be("https://test.example/news/")
    expect(place.itemListElement[3].item):to_be_nil()
  end)
  it("cannot be ended by what it holds", function()
    setup()
    local evil = '</script><script>alert(1)</script> & "\u{2028}'
    local story, place = graph(of {
      title = evil, excerpt = evil, dateline = evil, tags = { evil }, section_term = term(evil, "/news/"), corrections = { "1970-01-02T00:00:00Z\t" .. evil },
      author_terms = { term(evil, "/authors/x/") }, origin_name = evil, origin_url = "https://o.example/?a&b", origin_author = evil,
    })
    expect(story.headline):to_be(evil)
    expect(story.keywords[1]):to_be(evil)
    expect(story.author[1].name):to_be(evil)
    expect(story.correction[1].text):to_be(evil)
    expect(story.creditText):to_be(evil)
    expect(place.itemListElement[3].name):to_be(evil)
  end)
  it("has corrections, and changed when they were made", function()
    setup()
    local m = of { corrections = { "2024-05-01T10:00:00Z\tIt was 46." } }
    expect(m.modified):to_be("2024-05-01T10:00:00Z")
    expect(graph(m).correction):to_equal { { ["@type"] = "CorrectionComment", text = "It was 46.", datePublished = "2024-05-01T10:00:00Z" } }
  end)
  it("of a copy says what it is based on and to whom it is owed", function()
    setup()
    local m = of { origin_url = "https://www.o.example/a", origin_name = "The Origin", origin_license = "https://cc.example/by", author_terms = {}, origin_author = "Bo" }
    local story = graph(m)
    expect(m.address):to_be("https://www.o.example/a")
    expect(robots(m)):to_be("Googlebot-News=noindex")
    expect(story.isBasedOn):to_be("https://www.o.example/a")
    expect(story.creditText):to_be("The Origin")
    expect(story.copyrightHolder.name):to_be("The Origin")
    expect(story.sourceOrganization.name):to_be("The Origin")
    expect(story.license):to_be("https://cc.example/by")
    expect(story.author):to_equal { { ["@type"] = "Person", name = "Bo" } }
    expect(story.publisher.name):to_be("The Test")
  end)
  it("cuts a headline that nobody would show", function()
    setup()
    local story = graph(of { title = ("word "):rep(60) })
    expect(utf8.len(story.headline) <= 111):to_hold()
  end)
  it("without an address of the site has no structured data of its own", function()
    setup({}, "")
    local m = of()
    expect(m.address):to_be_nil()
    expect(m.schema):to_be_nil()
    local copy = of { origin_url = "https://o.example/a" }
    expect(graph(copy).author):to_equal { { ["@type"] = "Person", name = "Ann" } }
  end)
  it("of a page that is no story has its place only", function()
    setup()
    local m = of { type = "page" }
    expect(m.is_story):to_be(false)
    expect(graph(m)["@type"]):to_be("BreadcrumbList")
  end)
end)

describe("the head of a list", function()
  it("is its section's, or the site's", function()
    setup({ image = "/card.png", robots = "max-image-preview:large" })
    local m = head.of({ section = { title = "News", summary = "All of it" }, url = "/news/" }, {})
    expect(m.title):to_be("News")
    expect(m.description):to_be("All of it")
    expect(m.address):to_be("https://test.example/news/")
    expect(m.image.url):to_be("https://test.example/card.png")
    expect(robots(m)):to_be("robots=max-image-preview:large")
    expect(head.of({ url = "/" }, {}).description):to_be("News of tests")
    expect(head.of({ url = "/" }, { title = "Front", summary = "Words" }).title):to_be("Front")
  end)
  it("may say that nobody is to find the page", function()
    setup({ robots = "max-image-preview:large" })
    expect(robots(head.of({ url = "/x/" }, { robots = "noindex" }))):to_be("robots=noindex")
  end)
end)
