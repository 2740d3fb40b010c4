--- plugins.newsml-g2: each article as a newsItem of NewsML-G2, at <article>/newsml-g2.xml.

local item = require("plugins.newsml-g2.item")
local wire = require("lede.wire")

return {
  name = "newsml-g2",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    provider = "", -- who sends it; the site's title when empty
    path = ":url/newsml-g2.xml", -- ":url" is the article's address
  },

  apply = function(site, options)
    local provider = options.provider ~= "" and options.provider or site.title
    wire.routes(site, { name = "newsml-g2", path = options.path, render = function(one) return item.render(one, provider) end })
  end,
}
