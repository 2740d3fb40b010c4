--- plugins.jsonfeed: JSON Feed of the site at /feed.json, of each section at /<section>/feed.json, and of other lists.

local feed = require("lede.feed")
local jsonfeed = require("plugins.jsonfeed.jsonfeed")

return {
  name = "jsonfeed",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = feed.defaults,

  apply = function(site, options) feed.routes(site, options, jsonfeed) end,
}
