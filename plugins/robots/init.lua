--- plugins.robots: /robots.txt: what crawlers may take, by what they take it for, where the sitemaps are, under which terms.

local rules = require("plugins.robots.rules")

return {
  name = "robots",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    disallow = {}, -- paths that no crawler is to come to
    ai = { training = "allow", search = "allow", readers = "allow" }, -- "deny": crawlers that come to train models, to answer searches, for somebody who asked
    agents = {}, -- by name: "allow", "deny", or a list of paths: { GPTBot = "deny", OtherBot = { "/archive/" } }
    license = "", -- address of the terms in RSL: "https://news.example/license.xml"
    delay = 0, -- seconds between two visits, of those that heed it
  },

  apply = function(site, options)
    rules.check(options)
    local own = site.config.static .. "/robots.txt"
    if own:sub(1, 1) ~= "/" and require("lede.files").read("site", own) then
      lede.log.warn("robots: left out, for the site has one of its own: " .. own)
      return
    end
    site:route { name = "robots", path = "/robots.txt", type = "robots", render = function() return rules.render(options, rules.sitemaps(site)) end }
  end,
}
