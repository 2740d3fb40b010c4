--- plugins.opml: the site's feeds as one list that readers import, at /feeds.opml.

local feed = require("lede.feed")
local opml = require("plugins.opml.opml")

return {
  name = "opml",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    path = "/feeds.opml",
    format = "", -- plugin whose feeds are listed; the first of the site's when empty
  },

  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("opml: left out, for feeds need absolute URLs: set base_url in lede.lua")
      return
    end
    site:route {
      path = options.path,
      type = "feeds",
      render = function(page)
        local links = feed.links(page.edition, options.format ~= "" and options.format or nil)
        if #links == 0 then error("opml: no plugin of this site makes feeds: add rss, atom or jsonfeed to `plugins`", 0) end
        return opml.render(site.title, links)
      end,
    }
  end,
}
