local check = require("lede.check")
local forms = require("lede.check.forms")
local gate = require("lede.gate")

--- The messages of what is found in a document.
local function said(name, bytes)
  local out = {}
  for i, finding in ipairs(check.file(name, bytes) or {}) do out[i] = ("%d %s"):format(finding.line, finding.message) end
  return table.concat(out, "\n")
end

describe("the forms of values", function()
  local rows = {
    instant = { good = { "2024-02-29T23:59:60Z", "2024-01-01T00:00:00.5+05:45" }, bad = { "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01t00:00:00z", "2024-01-01", "2024-01-01T00:00Z", "" } },
    w3c = { good = { "2024", "2024-02", "2024-02-29", "2024-01-01T10:00Z", "2024-01-01T10:00:00+01:00" }, bad = { "24", "2024-13", "2024-2-1", "2024-01-01T10:00", "yesterday" } },
    mail_date = { good = { "Fri, 01 May 2026 10:00:00 +0200", "1 May 2026 10:00 GMT" }, bad = { "Thu, 01 May 2026 10:00:00 +0200", "Fri, 01 May 26 10:00:00 +0200", "2026-05-01", "Fri, 31 Apr 2026 10:00:00 GMT" } },
    language = { good = { "en", "fr-FR", "zh-Hant-TW", "i-klingon" }, bad = { "", "e", "en_US", "en-", "english1" } },
    absolute = { good = { "https://a.example/b?c#d", "tag:a,2024:b", "urn:x:y" }, bad = { "/a", "a b:c", "https://a.example/<b>", "" } },
    web = { good = { "http://a", "https://a.example/" }, bad = { "ftp://a", "https:/a", "tag:a,1:b" } },
    mime = { good = { "text/html", "application/atom+xml; charset=utf-8" }, bad = { "html", "text/" } },
  }
  for name, row in pairs(rows) do
    it("know " .. name, function()
      for _, value in ipairs(row.good) do expect({ value, forms[name](value) }):to_equal { value, true } end
      for _, value in ipairs(row.bad) do expect({ value, forms[name](value) }):to_equal { value, false } end
    end)
  end
end)

describe("a document", function()
  it("is known by its root, whatever stands before it", function()
    local document = require("lede.check.document")
    expect(document.kind_of("a.xml", "<?xml version='1.0'?><!-- <rss> --><!DOCTYPE feed><feed xmlns='x'/>")):to_be("atom")
    expect(document.kind_of("a.xml", "<n:urlset/>")):to_be("sitemap")
    expect(document.kind_of("a.xml", "<catalogue/>")):to_be("xml")
    expect(document.kind_of("a.xml", "")):to_be("xml")
    expect(document.kind_of("a.json", '{"version":"https://jsonfeed.org/version/1.1"}')):to_be("jsonfeed")
    expect(document.kind_of("a.json", "{}")):to_be_nil()
    expect(document.kind_of("a.css", "rss")):to_be_nil()
  end)
  it("of JSON Feed is held to its words", function()
    expect(said("f.json", '{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://a/","feed_url":"https://a/f","items":[{"id":"1","content_text":"x"}]}')):to_be("")
    local wrong = said("f.json", '{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1"},{"id":"1","content_text":"x","url":"/a","date_published":"x"},{}]}')
    for _, words in ipairs { "neither content_html nor content_text", "two items have the id 1", "url is no absolute address", "date_published is no instant", "an item has no id", "no home_page_url" } do
      expect(wrong):to_contain(words)
    end
  end)
  it("of sitemaps is held to addresses, dates and news", function()
    local head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
    expect(said("s.xml", head .. "<url><loc>https://a.example/</loc><lastmod>2024-01-01</lastmod></url></urlset>")):to_be("")
    local wrong = said("s.xml", head .. "<url><loc>/a</loc></url>\n<url><loc>https://a.example/</loc><lastmod>x</lastmod><news:news><news:title/></news:news></url>\n<url><loc>https://a.example/</loc></url></urlset>")
    for _, words in ipairs { "2 <loc>: '/a' is no address", "3 <lastmod>: 'x' is no date", "3 <news:news> has no <news:publication>", "4 https://a.example/ stands here a second time, first on line 3" } do
      expect(wrong):to_contain(words)
    end
  end)
end)

describe("the gate", function()
  it("lets pass what readers can do with, and what it does not know", function()
    expect(gate.script '{"@context":"https://schema.org","@type":"NewsArticle","headline":"x","datePublished":"2024-01-01"}'):to_be_nil()
    expect(gate.file("<any", "a.xml", "")):to_be_nil()
    expect(gate.file("{", "a.json", "")):to_be_nil()
  end)
  it("stops what they cannot, and says where", function()
    local line, words = gate.script '{"@context":"https://schema.org",\n"@type":"NewsArticle",}'
    expect(line):to_be(2)
    expect(words):to_contain("jsonld: JSON-LD")
    line, words = gate.file("<rss version='2.0'>\n<channel/></rss>", "a.xml", "")
    expect(line):to_be(2)
    expect(words):to_contain("rss: <channel> has no <title>")
    expect(select(2, gate.file('{"version":"https://jsonfeed.org/version/1.1"}', "a.json", ""))):to_contain("jsonfeed: the feed has no title")
  end)
end)
