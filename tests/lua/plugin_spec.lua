local plugin = require("lede.plugin")
local site_rules = require("lede.site")

describe("a range of versions", function()
  local cases = {
    { "0.1.0", ">=0.1 <1", true }, { "1.0.0", ">=0.1 <1", false }, { "0.0.9", ">=0.1 <1", false }, { "0.1.0", "0.1", true }, { "0.1.1", "=0.1", false },
    { "0.2", ">0.1", true }, { "0.1.0", ">0.1", false }, { "0.10.0", ">=0.9", true }, { "0.1.0", "<=0.1.0", true },
  }
  for _, case in ipairs(cases) do
    it(("%s %s %s"):format(case[1], case[3] and "is in" or "is not in", case[2]), function() expect(plugin.satisfies(case[1], case[2])):to_be(case[3]) end)
  end
end)

describe("options of a plugin", function()
  local defaults = { limit = 20, title = "x", full = false, look = { accent = "red", deep = { a = 1 } }, free = {}, list = { "a", "b" } }
  it("go over its defaults", function()
    local merged = plugin.merge(defaults, { limit = 5, look = { accent = "blue" } }, "plugins.p")
    expect(merged.limit):to_be(5)
    expect(merged.title):to_be("x")
    expect(merged.look):to_equal { accent = "blue", deep = { a = 1 } }
  end)
  it("replace lists and free tables whole", function()
    local merged = plugin.merge(defaults, { list = { "c" }, free = { any = 1 } }, "plugins.p")
    expect(merged.list):to_equal { "c" }
    expect(merged.free):to_equal { any = 1 }
  end)
  it("leave the defaults as they were", function()
    plugin.merge(defaults, { look = { accent = "blue" } }, "plugins.p")
    expect(defaults.look.accent):to_be("red")
  end)
  local refused = {
    { { limti = 1 }, "plugins.p.limti: there is no such option. Did you mean 'limit'?" },
    { { limit = "5" }, "plugins.p.limit: expected number, got string" },
    { { look = { acent = "x" } }, "plugins.p.look.acent: there is no such option. Did you mean 'accent'?" },
    { { look = "x" }, "plugins.p.look: expected table, got string" },
  }
  for _, case in ipairs(refused) do
    it("are refused: " .. case[2], function()
      local merged, message = plugin.merge(defaults, case[1], "plugins.p")
      expect(merged):to_be_nil()
      expect(message):to_contain(case[2])
    end)
  end
end)

describe("loading", function()
  local function config(list) return site_rules.check { title = "T", base_url = "https://t.example", plugins = list } end

  it("names a plugin that is not there", function()
    local registry, message = plugin.load(config { { name = "nowhere", options = {} } }, { side = "desk" })
    expect(registry):to_be_nil()
    expect(message):to_contain("plugin 'nowhere' cannot be loaded")
  end)
  it("names the option that is wrong", function()
    local registry, message = plugin.load(config { { name = "rss", options = { limitt = 1 } } }, { side = "worker" })
    expect(registry):to_be_nil()
    expect(message):to_contain("lede.lua: plugins.rss.limitt: there is no such option")
  end)
end)

describe("the site that plugins get", function()
  local registry, site
  before_each(function()
    registry = plugin.load(site_rules.check { title = "T", plugins = {} }, { side = "worker", report = function(message) registry.said = message end })
    site = registry.site
  end)
  local page = { path = "/x/", render = function() end }
  local function with(changes)
    local route = { path = page.path, render = page.render }
    for key, value in pairs(changes) do route[key] = value or nil end
    return route
  end

  it("keeps routes", function()
    site:route(with { name = "x" })
    expect(#registry.routes):to_be(1)
    expect(registry.routes[1].name):to_be("x")
  end)
  local refused = {
    { { pth = "/" }, "there is no key 'pth'. Did you mean 'path'?" },
    { { each = "articles" }, "each = 'articles' is none of article, section, tag, author" },
    { { path = "x/" }, "path begins with '/'" },
    { { path = 7 }, "path: expected string, got number" },
    { { each = "tag", path = "/tags/" }, "holds :slug" },
    { { render = false }, "it needs render or template" },
    { { path = false }, "it needs a path" },
  }
  for _, case in ipairs(refused) do
    it("refuses a route: " .. case[2], function() expect(function() site:route(with(case[1])) end):to_raise(case[2]) end)
  end
  it("refuses hooks that are not there", function()
    expect(function() site:on("page.befor", print) end):to_raise("there is no hook 'page.befor'. Did you mean 'page.before'?")
    expect(function() site:on("page.before", "x") end):to_raise("a hook and a function")
  end)
  it("has no other names", function() expect(function() return site.titel end):to_raise("site has no 'titel'") end)

  it("calls handlers by priority, then in their order", function()
    local said = {}
    for _, entry in ipairs { { "late", 90 }, { "a" }, { "b" }, { "early", 10 } } do
      site:on("routes", function() said[#said + 1] = entry[1] end, entry[2] and { priority = entry[2] })
    end
    registry:run("routes")
    expect(table.concat(said, " ")):to_be("early a b late")
  end)
  it("passes over handlers of the other side", function()
    site:on("edition.prepare", function() error("on the wrong side") end)
    expect(registry:has("edition.prepare")):to_be(false)
  end)
  it("goes on after a handler that raised, and says which", function()
    site:on("routes", function() error("broken", 0) end)
    site:on("routes", function() return 7 end)
    local answers = registry:run("routes")
    expect(#answers):to_be(1)
    expect(answers[1].value):to_be(7)
    expect(registry.said):to_contain("hook routes: broken")
  end)
  it("hands a value through, and nil leaves it", function()
    site:on("page.after", function(value) return value .. "b" end)
    site:on("page.after", function() end)
    site:on("page.after", function(value) return value .. "c" end)
    expect(registry:pipe("page.after", "a")):to_be("abc")
    expect(registry:pipe("excerpt", "same")):to_be("same")
  end)
  it("folds with its subject first", function()
    site:on("feed.item", function(subject, value) return subject .. value end)
    expect(registry:fold("feed.item", "s", "v")):to_be("sv")
  end)
  it("says where a handler of a pipe failed", function()
    site:on("page.after", function() error("oh", 0) end)
    expect(function() registry:pipe("page.after", "x") end):to_raise("hook page.after: oh")
  end)
end)
