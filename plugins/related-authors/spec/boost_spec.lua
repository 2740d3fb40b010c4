local boost = require("plugins.related-authors.boost")

describe("a shared author", function()
  local ann = { authors = { "Ann", "Bob" } }

  it("raises the score", function() expect(boost.score(ann, { authors = { "Bob" } }, 0.4, 1.5)):to_equal(0.4 * 1.5) end)
  it("is needed for that", function() expect(boost.score(ann, { authors = { "Cy" } }, 0.4, 1.5)):to_equal(nil) end)
  it("is not found where nobody signs", function() expect(boost.score({ authors = {} }, { authors = {} }, 0.4, 1.5)):to_equal(nil) end)
end)
