local sitemap = require("plugins.sitemap.sitemap")

--- An edition of articles oldest first: what sitemap asks of a real one.
local function edition_of(articles)
  local edition = {}
  local function matching(query)
    local found = {}
    for _, article in ipairs(articles) do
      if (not query.from or article.date >= query.from) and (not query.to or article.date < query.to) then
        found[#found + 1] = article
      end
    end
    return found
  end
  function edition.count(_, query)
    return #matching(query)
  end
  function edition.articles(_, query)
    local found = matching(query)
    return table.move(found, (query.offset or 0) + 1, math.min(#found, (query.offset or 0) + query.limit), 1, {})
  end
  function edition.sections()
    return { { url = "/world/" } }
  end
  for _, article in ipairs(articles) do
    article.lang, article.translations = article.lang or "en", article.translations or {}
  end
  return edition
end

local options = { split = 3, sections = true }
local root = "https://news.example"

describe("the month of an instant", function()
  local cases = {
    { 0, "1970-01", 0, 2678400 },
    { 1709164800, "2024-02", 1706745600, 1709251200 }, -- 29 February
    { 1735689599, "2024-12", 1733011200, 1735689600 },
    { 951782400, "2000-02", 949363200, 951868800 },
    { -1, "1969-12", -2678400, 0 },
  }
  for _, case in ipairs(cases) do
    it(("%d is in %s"):format(case[1], case[2]), function()
      expect(sitemap.month(case[1])):to_equal { name = case[2], from = case[3], to = case[4] }
    end)
  end
end)

describe("a small site", function()
  local edition = edition_of {
    { url = "/a/?b&c", date = 1 },
    { url = "/about/", date = 0, type = "page" },
    { url = "/d/", date = 10, updated = 86400 },
  }
  it("has one file with home, sections and articles", function()
    expect(#sitemap.files(edition, options)):to_be(0)
    local xml = sitemap.front(edition, root, options)
    expect(xml):to_contain("<loc>https://news.example/</loc>")
    expect(xml):to_contain("<loc>https://news.example/world/</loc>")
    expect(xml):to_contain("<loc>https://news.example/a/?b&amp;c</loc><lastmod>1970-01-01T00:00:01")
    expect(xml):to_contain("<loc>https://news.example/d/</loc><lastmod>1970-01-02T00:00:00")
    expect(xml):to_contain("<url><loc>https://news.example/about/</loc></url>")
  end)

  it("leaves out what is canonical elsewhere", function()
    local other = edition_of {
      { url = "/theirs/", date = 0, origin_url = "https://o.example/" },
      { url = "/ours/", date = 0, origin_url = "https://o.example/", origin_index = "self" },
    }
    local xml = sitemap.front(other, root, options)
    expect(xml):not_to_contain("/theirs/")
    expect(xml):to_contain("/ours/")
  end)
end)

describe("an article in several languages", function()
  local en, fr = { url = "/en/?a&b", date = 1, lang = "en" }, { url = "/fr/", date = 1, lang = "fr" }
  local fr2 = { url = "/fr2/", date = 2, lang = "fr" }
  local de = { url = "/de/", date = 1, lang = "de", origin_url = "https://o.example/" }
  en.translations, fr.translations = { de, fr, fr2 }, { de, en, fr2 }
  local function link(lang, path)
    return ('<xhtml:link rel="alternate" hreflang="%s" href="https://news.example%s"/>'):format(lang, path)
  end

  it("names one address a language, its own among them, and none that is canonical elsewhere", function()
    local xml = sitemap.front(edition_of { en }, root, options)
    expect(xml):to_contain('xmlns:xhtml="http://www.w3.org/1999/xhtml"')
    expect(xml):to_contain("</lastmod>" .. link("en", "/en/?a&amp;b") .. link("fr", "/fr/") .. "</url>")
    expect(sitemap.front(edition_of { fr }, root, options)):to_contain(link("en", "/en/?a&amp;b"))
  end)

  it("stands without them when they would be more than a file bears", function()
    local many = { url = "/many/", date = 1, translations = {} }
    for i = 1, 100 do
      many.translations[i] = { url = "/" .. ("x"):rep(100) .. "/", lang = "x-" .. i, date = 1 }
    end
    local xml = sitemap.front(edition_of { many }, root, options)
    expect(xml):to_contain("/many/</loc>")
    expect(xml):not_to_contain("xhtml:link")
  end)
end)

describe("a larger site", function()
  local edition = edition_of {
    { url = "/old/", date = -5 }, { url = "/about/", date = 0, type = "page" }, { url = "/b/", date = 1 }, { url = "/c/", date = 1712171400 },
  }
  it("has an index and a file for each month that has articles", function()
    local names = {}
    for i, file in ipairs(sitemap.files(edition, options)) do
      names[i] = file.path
    end
    expect(names):to_equal { "/sitemap-pages.xml", "/sitemap-1969-12.xml", "/sitemap-1970-01.xml", "/sitemap-2024-04.xml" }
    local index = sitemap.front(edition, root, options)
    expect(index):to_contain("<sitemapindex ")
    expect(index):to_contain("<sitemap><loc>https://news.example/sitemap-2024-04.xml</loc></sitemap>")
  end)

  it("lists each article in its month only", function()
    local files = sitemap.files(edition, options)
    local january = sitemap.file(edition, root, files[3].data, options)
    expect(january):to_contain("/b/")
    expect(january):not_to_contain("/c/")
    expect(january):not_to_contain("/about/")
    expect(sitemap.file(edition, root, files[1].data, options)):to_contain("/world/")
  end)

  it("has no month for what has no date: it stands beside home and sections", function()
    local undated = edition_of { { url = "/about/", date = 0 }, { url = "/contact/", date = 0 } }
    local files = sitemap.files(undated, { split = 1 })
    expect(#files):to_be(1)
    expect(sitemap.file(undated, root, files[1].data, options)):to_contain("<url><loc>https://news.example/contact/</loc></url>")
  end)

  it("cuts a month of very many into parts", function()
    local many = {}
    for i = 1, 5001 do
      many[i] = { url = "/" .. i .. "/", date = i }
    end
    local edition_of_many = edition_of(many)
    local files = sitemap.files(edition_of_many, options)
    expect(files[2].path .. " " .. files[3].path):to_be("/sitemap-1970-01.xml /sitemap-1970-01-2.xml")
    expect(sitemap.file(edition_of_many, root, files[3].data, options)):to_contain("/5001/")
    expect(#sitemap.files(edition_of_many, { split = 100000, sections = true })):to_be(3)
  end)
end)
