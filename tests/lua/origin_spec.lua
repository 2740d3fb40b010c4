--- Specs of lede.origin: what follows from the origin of an article, by policy, by the site's own files.

local fs = require("lede.fs")
local host = require("lede.host")
local origin = require("lede.origin")

local URL = "https://www.leprogres.example/a?b=c"

local function copy(fields)
  local article = { url = "/a/", title = "A", lang = "en", origin_url = URL, origin_name = "Le Progrès" }
  for key, value in pairs(fields or {}) do article[key] = value end
  return article
end

describe("an article of the site's own", function()
  it("is the original, and is told of everywhere", function()
    local record = origin.of { title = "A" }
    for _, key in ipairs { "is_own", "in_sitemap", "in_news", "in_indexnow", "pictures" } do expect(record[key]):to_be(true) end
    expect(record.has_origin):to_be(false)
    expect(record.canonical):to_be_nil()
    expect(#record.robots):to_be(0)
    expect(origin.sentence(record)):to_be_nil()
  end)
  it("that is a page is no news", function()
    local record = origin.of { title = "About us", type = "page" }
    expect(record.in_news):to_be(false)
    expect(record.in_sitemap):to_be(true)
  end)
end)

describe("a republished article", function()
  local cases = {
    { nil, canonical = URL, robots = "Googlebot-News=noindex" },
    { "noindex-news", canonical = URL, robots = "Googlebot-News=noindex" },
    { "noindex", canonical = URL, robots = "robots=noindex" },
    { "canonical", canonical = URL, robots = "" },
    { "self", own = true, robots = "" },
  }
  for _, case in ipairs(cases) do
    it(("with the policy '%s' says one thing everywhere"):format(case[1] or "that is none"), function()
      origin.setup {}
      local record, robots = origin.of(copy { origin_index = case[1] }), {}
      for i, meta in ipairs(record.robots) do robots[i] = meta.name .. "=" .. meta.content end
      expect(record.canonical):to_be(case.canonical)
      expect(table.concat(robots, " ")):to_be(case.robots)
      for _, key in ipairs { "is_own", "in_sitemap", "in_news", "in_indexnow", "pictures" } do expect(record[key]):to_be(case.own == true) end
      expect(origin.sentence(record)):to_be("This article is originally published on leprogres.example")
    end)
  end
  it("that names no address keeps its own, and stays out of the news", function()
    local record = origin.of { title = "A", origin_name = "Wire", origin_index = "canonical" }
    expect(record.index):to_be("noindex-news")
    expect(record.canonical):to_be_nil()
    expect(record.in_news):to_be(false)
    expect(origin.sentence(record)):to_be_nil()
  end)
  it("has its notice in its own language, where somebody said it", function()
    origin.setup { origin = { notice = { fr = "D’après %s" } } }
    expect(origin.sentence(origin.of(copy { lang = "fr-CA" }))):to_be("D’après leprogres.example")
    expect(origin.sentence(origin.of(copy { lang = "de" }))):to_be("Dieser Artikel wurde zuerst auf leprogres.example veröffentlicht")
    expect(origin.sentence(origin.of(copy { lang = "fr", origin_notice = "100% by" }))):to_be("100% by leprogres.example")
    origin.setup {}
  end)
  it("takes the site's word for what it leaves out", function()
    origin.setup { origin = { index = "noindex", pictures = true } }
    expect(origin.of(copy()).index):to_be("noindex")
    expect(origin.of(copy()).pictures):to_be(true)
    expect(origin.of(copy { origin_index = "self" }).index):to_be("self")
    origin.setup {}
  end)
end)

describe("the domain of an address", function()
  local cases = {
    { "https://www.a.example/x", "a.example" }, { "http://u@a.example:8080/", "a.example" }, { "https://a.example", "a.example" }, { "nothing", nil }, { nil, nil },
  }
  for _, case in ipairs(cases) do
    it(("'%s'"):format(tostring(case[1])), function() expect(origin.domain(case[1])):to_be(case[2]) end)
  end
end)

--- Runs fn in a site that has one file origins/le-progres.lua.
local function with_file(source, fn)
  local folder = os.tmpname()
  assert(os.remove(folder))
  assert(fs.mkdir(folder .. "/origins"))
  assert(fs.write(folder .. "/origins/le-progres.lua", source))
  host.set_site_root(folder)
  origin.setup {}
  local ok, message = pcall(fn)
  host.set_site_root(fs.absolute("."))
  origin.setup {}
  for _, path in ipairs { "/origins/le-progres.lua", "/origins", "" } do assert(fs.remove(folder .. path)) end
  if not ok then error(message, 0) end
end

describe("a file of origins/", function()
  it("says what an article leaves out", function()
    with_file('return { name = "Le Progrès SA", index = "canonical", feed = "https://l.example/feed", pictures = true, notice = { fr = "De %s" } }', function()
      local record = origin.of(copy { lang = "fr" })
      expect(record.name):to_be("Le Progrès SA")
      expect(record.feed):to_be("https://l.example/feed")
      expect(record.pictures):to_be(true)
      expect(#record.robots):to_be(0)
      expect(origin.sentence(record)):to_be("De leprogres.example")
      expect(origin.of(copy { origin_index = "noindex" }).index):to_be("noindex")
    end)
  end)
  it("computes the record of each article, and its policy is followed", function()
    with_file('return function(article, record) if article.section_slug == "sport" then record.index = "self" end end', function()
      expect(origin.of(copy { section_slug = "sport" }).in_news):to_be(true)
      expect(origin.of(copy { section_slug = "sport" }).canonical):to_be_nil()
      expect(origin.of(copy { section_slug = "news" }).in_news):to_be(false)
    end)
  end)
  local mistakes = {
    { 'return { indx = "self" }', "'index'" }, { 'return { index = "none" }', "no index 'none'" }, { "return 5", "it returns a table" },
    { 'return { pictures = "yes" }', "expected boolean" }, { "return {", "origins/le-progres.lua:1" },
    { "return function(_, record) record.index = 'x' end", "no index 'x'" }, { "return function() return 5 end", "decide" },
  }
  for _, case in ipairs(mistakes) do
    it("is refused with what is wrong: " .. case[1], function()
      with_file(case[1], function() expect(function() origin.of(copy()) end):to_raise(case[2]) end)
    end)
  end
end)
