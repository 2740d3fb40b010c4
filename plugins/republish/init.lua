--- plugins.republish: a page for partners beside each article of the site's own, /republish/<slug>/: clean HTML to take along, with
--- notice, canonical link and a counter that is the site's own.

local kit = require("plugins.republish.kit")

return {
  name = "republish",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    folder = "/republish/",
    terms = "", -- what partners have to keep to, in the site's words
    license = "", -- address of a licence
    counter = true, -- a picture of one pixel; scripts/recipes/republish_report.lua counts by it
    sections = {}, -- only articles of these; all when empty
  },

  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("republish: left out, for it needs absolute URLs: set base_url in lede.lua")
      return
    end
    if not options.folder:find("^/.*/$") then error("plugins.republish.folder: it begins and ends with '/'", 0) end
    kit.setup(site, options)
    site:route { name = "republish", type = "republish", pages = kit.pages, template = "republish" }
    if options.counter then site:asset(kit.counter_path(), "assets/counter.gif") end
  end,
}
