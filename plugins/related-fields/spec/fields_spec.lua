local fields = require("plugins.related-fields.fields")

describe("extra texts", function()
  local options = { fields = { "kicker", "place" }, weight = 3 }

  it("are those that the article has", function()
    local answer = fields.extra({ kicker = "Budget", params = { place = "Lyon" } }, options)
    expect(#answer.extra):to_equal(2)
    expect(answer.extra[2][1]):to_equal("Lyon")
    expect(answer.extra[2][2]):to_equal(3)
  end)
  it("are nothing when it has none", function() expect(fields.extra({ params = { place = 7 } }, options)):to_equal(nil) end)
end)
