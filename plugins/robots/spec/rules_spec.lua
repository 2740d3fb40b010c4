local rules = require("plugins.robots.rules")

local function options(given)
  local all = { disallow = {}, ai = { training = "allow", search = "allow", readers = "allow" }, agents = {}, license = "", delay = 0 }
  for key, value in pairs(given or {}) do all[key] = value end
  return all
end

local function render(given, sitemaps)
  local all = options(given)
  rules.check(all)
  return rules.render(all, sitemaps or {})
end

--- Paths that are closed to a crawler, as RFC 9309 reads the file: of its own group, else of the one of all.
local function closed(text, crawler)
  local groups, current, in_names = {}, nil, false
  for line in text:gmatch("[^\n]+") do
    local key, value = line:match("^([%w-]+):%s*(.*)$")
    if key == "User-agent" then
      if not in_names then current = {} end
      in_names, groups[value:lower()] = true, current
    elseif key == "Disallow" then
      in_names = false
      if value ~= "" then current[#current + 1] = value end
    end
  end
  return table.concat(groups[crawler:lower()] or groups["*"], " ")
end

describe("robots.txt", function()
  it("opens the site to everybody when nothing is said", function() expect(render()):to_be("User-agent: *\nDisallow:\n") end)
  it("names the sitemaps and the terms", function()
    local text = render({ license = "https://n.example/license.xml" }, { "https://n.example/sitemap.xml" })
    expect(text):to_be("License: https://n.example/license.xml\n\nUser-agent: *\nDisallow:\n\nSitemap: https://n.example/sitemap.xml\n")
  end)
  it("closes it to crawlers by what they come for", function()
    local text = render { ai = { training = "deny", search = "allow", readers = "allow" } }
    for _, name in ipairs(rules.crawlers.training) do expect(closed(text, name)):to_be("/") end
    for _, name in ipairs(rules.crawlers.search) do expect(closed(text, name)):to_be("") end
    expect(closed(text, "Googlebot")):to_be("")
  end)
  it("has the word on one crawler before that on its kind", function()
    local text = render { ai = { training = "deny", search = "allow", readers = "allow" }, agents = { gptbot = "allow", Other = { "/a/" } }, disallow = { "/drafts/" } }
    expect(closed(text, "GPTBot")):to_be("/drafts/")
    expect(closed(text, "CCBot")):to_be("/")
    expect(closed(text, "Other")):to_be("/drafts/ /a/")
    expect(closed(text, "Anybody")):to_be("/drafts/")
    expect(select(2, text:lower():gsub("user%-agent: gptbot", ""))):to_be(1)
  end)
  local mistakes = {
    { { ai = { training = "no", search = "allow", readers = "allow" } }, "ai.training" }, { { disallow = { "a" } }, "'a' is no path" },
    { { disallow = { "/a\nAllow: /" } }, "is no path" }, { { agents = { ["a b"] = "deny" } }, "no crawler's name" }, { { agents = { a = "no" } }, "agents.a" },
    { { agents = { a = { "x" } } }, "'x' is no path" }, { { license = "/l.xml" }, "license" },
  }
  for _, case in ipairs(mistakes) do
    it("is refused with what is wrong: " .. case[2], function() expect(function() rules.check(options(case[1])) end):to_raise(case[2]) end)
  end
end)
