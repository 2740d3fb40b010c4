--- plugins.atom: Atom of the site at /atom.xml, of each section at /<section>/atom.xml, and of other lists.

local atom = require("plugins.atom.atom")
local feed = require("lede.feed")

return {
  name = "atom",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = feed.defaults,

  apply = function(site, options) feed.routes(site, options, atom) end,
}
