--- plugins.ninjs: each article as ninjs, the JSON that newsrooms exchange, at <article>/ninjs.json.

local item = require("plugins.ninjs.item")
local wire = require("lede.wire")

return {
  name = "ninjs",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    version = "3.1", -- or "2.2"
    path = ":url/ninjs.json", -- ":url" is the article's address
  },

  apply = function(site, options)
    local render = item.by_version[options.version]
    if not render then error(("plugins.ninjs.version: '%s' is neither 3.1 nor 2.2"):format(options.version), 0) end
    wire.routes(site, { name = "ninjs", path = options.path, render = render })
  end,
}
