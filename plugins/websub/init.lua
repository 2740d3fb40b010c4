--- websub: names a hub in feeds and tells it which of them changed (W3C WebSub), so that subscribers need not ask.
local feed = require("lede.feed")

return {
  name = "websub",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = { hub = "https://pubsubhubbub.appspot.com/", private = false },
  apply = function(site, options)
    if site.base_url == "" then
      lede.log.warn("websub: left out, for it needs absolute URLs: set base_url in lede.lua")
      return
    end
    feed.advertise(options.hub)
    site:target {
      name = options.hub,
      send = function(row, desk) return require("plugins.websub.ping").send(options, row, desk) end,
    }
    site:on("deliver", function(release) return require("plugins.websub.topics").of(release, options) end)
  end,
}
