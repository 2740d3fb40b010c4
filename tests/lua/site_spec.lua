local site = require("lede.site")

local function check(raw)
  if raw.title == nil then raw.title = "T" end
  return site.check(raw)
end

describe("what lede.lua returns", function()
  it("is completed", function()
    local config = check {}
    expect(config.lang):to_be("en")
    expect(config.timezone):to_be("UTC")
    expect(config.output):to_be("public")
    expect(config.excerpt):to_equal { length = 160, ellipsis = "..." }
    expect(config.markdown):to_equal { html = "drop" }
    expect(#config.plugins):to_be(#site.default_plugins)
  end)
  it("keeps what it says, without the last slash of the address", function()
    local config = check { base_url = "https://news.example/sub/", excerpt = { length = 40 }, params = { any = { thing = 1 } } }
    expect(config.base_url):to_be("https://news.example/sub")
    expect(config.excerpt):to_equal { length = 40, ellipsis = "..." }
    expect(config.params.any.thing):to_be(1)
  end)
  it("is not changed", function()
    local raw = { title = "T", base_url = "https://news.example/" }
    site.check(raw)
    expect(raw):to_equal { title = "T", base_url = "https://news.example/" }
  end)

  local refused = {
    { { titel = "x" }, "titel: there is no such key. Did you mean 'title'?" },
    { { title = 7 }, "title: expected string, got integer" },
    { { title = "" }, "title: a site needs one" },
    { { excerpt = { lenght = 1 } }, "excerpt.lenght: there is no such key. Did you mean 'length'?" },
    { { excerpt = { length = "long" } }, "excerpt.length: expected integer, got string" },
    { { excerpt = { length = 0 } }, "excerpt.length: between 1 and 2000" },
    { { markdown = { html = "maybe" } }, "markdown.html: 'maybe' is none of drop, keep" },
    { { ugly_urls = "yes" }, "ugly_urls: expected boolean, got string" },
    { { base_url = "news.example" }, "base_url: 'news.example' is no address" },
    { { base_url = "https://" }, "is no address" },
    { { base_url = "https://a b" }, "is no address" },
    { { base_url = "https://a/?q" }, "is no address" },
    { { sections = { news = { titel = "N" } } }, "sections.news.titel: there is no such key" },
    { { params = { f = print } }, "params.f: a function cannot stand in lede.lua" },
    { { plugins = { 7 } }, "plugins: in the list stand names" },
    { { plugins = { rss = 7 } }, "plugins.rss: expected a table of options, true or false, got integer" },
  }
  for _, case in ipairs(refused) do
    it("is refused: " .. case[2], function()
      local config, message = check(case[1])
      expect(config):to_be_nil()
      expect(message):to_contain("lede.lua: ")
      expect(message):to_contain(case[2])
    end)
  end

  it("is told every problem at once", function()
    local _, message = check { titel = 1, langg = 2 }
    expect(message):to_contain("titel")
    expect(message):to_contain("langg")
  end)
  it("may not contain itself", function()
    local raw = { title = "T", params = {} }
    raw.params.again = raw.params
    local config, message = site.check(raw)
    expect(config):to_be_nil()
    expect(message):to_contain("params.again: this table contains itself")
  end)
end)

describe("the plugins of a site", function()
  local function names(plugins)
    local list = {}
    for i, entry in ipairs(check { plugins = plugins }.plugins) do list[i] = entry.name end
    return table.concat(list, " ")
  end
  it("come in order: listed ones, then those with options by name", function()
    expect(names { "z", "a", rss = { limit = 1 }, atom = true }):to_be("z a atom rss")
  end)
  it("are left out by false", function() expect(names { "a", rss = false }):to_be("a") end)
  it("stand once, with their options", function()
    local list = check { plugins = { "rss", rss = { limit = 3 } } }.plugins
    expect(#list):to_be(1)
    expect(list[1].options.limit):to_be(3)
  end)
  it("can be none", function() expect(names {}):to_be("") end)
end)
