--- plugins.related-authors: articles of the same author count more. An example of related.score.

local boost = require("plugins.related-authors.boost")

return {
  name = "related-authors",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = { factor = 1.25 },

  apply = function(site, options)
    site:on("related.score", function(article, candidate, facts)
      return boost.score(article, candidate, facts.score, options.factor)
    end)
  end,
}
