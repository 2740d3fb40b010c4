--- Specs of lede.site, lede.suggest and of what lede.plugin decides without loading anything.

local plugin = require("lede.plugin")
local site = require("lede.site")
local suggest = require("lede.suggest")

local function problems_of(raw)
  raw.title = raw.title or "T"
  local config, problems = site.check(raw)
  expect(config):to_be_nil()
  return problems
end

describe("a site's table", function()
  it("is completed with what it leaves out", function()
    local config = site.check { title = "T" }
    expect(config.permalink):to_be("/:section/:year/:month/:slug/")
    expect(config.excerpt):to_equal { length = 160, ellipsis = "..." }
    expect(config.markdown.html):to_be("sanitise")
    expect(config.markdown.extensions.tables):to_be(true)
    expect(config.ugly_urls):to_be(false)
    expect(config.base_url):to_be("")
  end)
  it("needs a title", function()
    local config, problems = site.check {}
    expect(config):to_be_nil()
    expect(problems):to_contain("title")
  end)
  it("is refused with the path of what is wrong", function()
    expect(problems_of { excerpt = { length = "long" } }):to_contain("excerpt.length: expected integer, got string")
    expect(problems_of { sections = { news = { title = 5 } } }):to_contain("sections.news.title: expected string, got integer")
    expect(problems_of { markdown = { html = "maybe" } }):to_contain("markdown.html")
    expect(problems_of { ugly_urls = 1 }):to_contain("ugly_urls: expected boolean, got integer")
    expect(problems_of { plugins = 5 }):to_contain("plugins: expected table, got integer")
  end)
  it("is told every problem at once, with what was meant", function()
    local problems = problems_of { permalnk = "/x/", excerpt = { lenght = 5 } }
    expect(problems):to_contain("'permalink'")
    expect(problems):to_contain("'length'")
  end)
  it("holds data only", function()
    expect(problems_of { params = { f = print } }):to_contain("params.f")
    local loop = {}
    loop.again = loop
    expect(problems_of { params = loop }):to_contain("contains itself")
  end)
  it("has an address without its last slash, or none", function()
    expect(site.check({ title = "T", base_url = "https://a.example/" }).base_url):to_be("https://a.example")
    expect(problems_of { base_url = "a.example" }):to_contain("base_url")
    expect(problems_of { base_url = "https://a.example/?x" }):to_contain("base_url")
  end)
end)

describe("the plugins of a site", function()
  local function names(plugins)
    local list = {}
    for i, entry in ipairs(site.check({ title = "T", plugins = plugins }).plugins) do list[i] = entry.name end
    return table.concat(list, " ")
  end
  it("are those that are shipped when it names none", function() expect(names(nil)):to_be("layout-broadsheet rss sitemap shortcodes directives redirects") end)
  it("come in the order of the list, then by name", function()
    expect(names { "z", "a", rss = { limit = 1 }, b = true, c = false }):to_be("z a b rss")
  end)
  it("keep their options, and come through twice unchanged", function()
    local config = site.check { title = "T", plugins = { "a", rss = { limit = 1 } } }
    expect(config.plugins):to_equal { { name = "a", options = {} }, { name = "rss", options = { limit = 1 } } }
    expect(site.plugin_list(config)):to_equal(config.plugins)
  end)
  it("are refused when they are neither names nor options", function()
    expect(problems_of { plugins = { 5 } }):to_contain("plugins:")
    expect(problems_of { plugins = { rss = "yes" } }):to_contain("plugins.rss: expected")
  end)
end)

describe("options of a plugin", function()
  it("go over its defaults, deep", function()
    expect(plugin.merge({ a = 1, b = { c = 2, d = 3 } }, { b = { c = 9 } }, "p")):to_equal { a = 1, b = { c = 9, d = 3 } }
  end)
  it("replace lists and free tables whole", function()
    expect(plugin.merge({ list = { 1, 2 }, free = {} }, { list = { 3 }, free = { x = 1 } }, "p")):to_equal { list = { 3 }, free = { x = 1 } }
  end)
  it("leave the defaults as they were", function()
    local defaults = { b = { c = 2 } }
    plugin.merge(defaults, { b = { c = 9 } }, "p")
    expect(defaults.b.c):to_be(2)
  end)
  it("are refused when unknown or of another type", function()
    local merged, message = plugin.merge({ limit = 5 }, { limt = 6 }, "plugins.rss")
    expect(merged):to_be_nil()
    expect(message):to_contain("plugins.rss.limt")
    expect(message):to_contain("'limit'")
    expect(select(2, plugin.merge({ a = { b = 1 } }, { a = { b = "x" } }, "p"))):to_contain("p.a.b: expected number, got string")
  end)
end)

describe("a version range", function()
  it("holds or does not", function()
    for _, case in ipairs {
      { "0.1.0", ">=0.1 <1", true }, { "0.0.9", ">=0.1 <1", false }, { "1.0", ">=0.1 <1", false }, { "0.10.0", ">=0.9", true },
      { "0.1.0", "=0.1", true }, { "0.1.1", "0.1", false }, { "0.1.0", ">0.1", false }, { "2.0", "<=2", true },
    } do
      expect(plugin.satisfies(case[1], case[2])):to_be(case[3])
    end
  end)
end)

describe("a suggestion", function()
  it("is near, or there is none", function()
    local names = { "title", "timezone", "description" }
    expect(suggest.nearest("titel", names)):to_be("title")
    expect(suggest.nearest("Timezon", names)):to_be("timezone")
    expect(suggest.nearest("zzz", names)):to_be_nil()
    expect(suggest.hint("discription", names)):to_contain("'description'")
    expect(suggest.hint("zzz", names)):to_be("")
  end)
end)
