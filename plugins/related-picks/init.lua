--- plugins.related-picks: among related articles those that editors picked come first. An example of related.rerank.

local picks = require("plugins.related-picks.picks")

return {
  name = "related-picks",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    param = "pick", -- front matter's key that marks a pick: pick: true
    most = 2, -- picks that are moved to the front
  },

  apply = function(site, options)
    site:on("related.rerank", function(_, list)
      return picks.first(list, options)
    end)
  end,
}
