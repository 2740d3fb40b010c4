--- plugins.rss: RSS 2.0 of the site at /index.xml, of each section at /<section>/index.xml, and of other lists.

local feed = require("lede.feed")
local rss = require("plugins.rss.rss")

return {
  name = "rss",
  version = "0.2.0",
  lede = ">=0.1 <1",
  defaults = feed.defaults,

  apply = function(site, options) feed.routes(site, options, rss) end,
}
