--- plugins.related-series: an article of a series has the others of its series as related ones. An example of related.replace.

local series = require("plugins.related-series.series")

return {
  name = "related-series",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    tag = "series-", -- how the slug of a series' tag begins
    least = 2, -- with fewer others of it than this the engine's list stands
    most = 10,
  },

  apply = function(site, options)
    site:on("related.replace", function(article, api)
      return series.others(article, api.edition, options)
    end)
  end,
}
