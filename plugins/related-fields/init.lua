--- plugins.related-fields: more of the front matter counts when articles are compared. An example of related.fields.

local fields = require("plugins.related-fields.fields")

return {
  name = "related-fields",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    fields = { "kicker", "dek", "dateline" }, -- fields of an article, or keys of its own front matter
    weight = 2, -- how often each of their words counts
  },

  apply = function(site, options)
    site:on("related.fields", function(article)
      return fields.extra(article, options)
    end)
  end,
}
