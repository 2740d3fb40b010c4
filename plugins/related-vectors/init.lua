--- plugins.related-vectors: scores by vectors that another program made. An example of related.score with a file.

local vectors = require("plugins.related-vectors.vectors")

return {
  name = "related-vectors",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    file = "vectors.jsonl", -- below the site: {"id": "<id, URL or source file>", "vector": [0.1, …]} a line
    weight = 0.5, -- of the vectors' cosine; the rest is the engine's score
  },

  apply = function(site, options)
    local known -- read by the first article that has candidates
    site:on("related.score", function(article, candidate, facts)
      known = known or vectors.read(lede.files.read("site", options.file) or "")
      local cosine = vectors.cosine(vectors.of(known, article), vectors.of(known, candidate))
      if cosine then return facts.score * (1 - options.weight) + cosine * options.weight end
    end)
  end,
}
