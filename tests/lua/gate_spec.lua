--- Specs of lede.gate: what its writer vouches for is not read again, and nothing else passes unread.

local gate = require("lede.gate")

describe("a script of structured data", function()
  local wrong = '{"@context":"https://schema.org","headline":"x"}' -- of no type
  it("is refused when it is wrong", function()
    local line, message = gate.script(wrong)
    expect(line):to_be(1)
    expect(message):to_contain("@type")
  end)
  it("passes by its writer's word, byte for byte", function()
    gate.vouch(wrong)
    expect(gate.script(wrong)):to_be_nil()
    expect(gate.script(wrong .. " ")):to_be(1)
  end)
end)
