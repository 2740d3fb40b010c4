--- Specs of lede.gate.

local gate = require("lede.gate")

describe("a script of structured data", function()
  it("is refused when it is wrong", function()
    local line, message = gate.script('{"@context":"https://schema.org","headline":"x"}') -- of no type
    expect(line):to_be(1)
    expect(message):to_contain("@type")
  end)
end)
