--- Specs of lede.corrections: lines of text as corrections and back.

local corrections = require("lede.corrections")

describe("a correction", function()
  it("is a time and words", function() expect(corrections.read("1970-01-02T00:00:00Z\tIt was 46.")):to_equal { at = 86400, text = "It was 46." } end)
  it("without a time is words", function() expect(corrections.read("It was 46.")):to_equal { text = "It was 46." } end)
  it("is read as it was written, in one line", function()
    local line = corrections.line(86400, "  It was\n46,\tnot 47. ")
    expect(line):to_be("1970-01-02T00:00:00Z\tIt was 46, not 47.")
    expect(corrections.read(line).at):to_be(86400)
  end)
end)

describe("when an article last changed for its readers", function()
  local cases = {
    { "is when it was published", { date = 5 }, 5 },
    { "is when it was updated", { date = 5, updated = 9, corrections = {} }, 9 },
    { "is not before it was published", { date = 5, updated = 3 }, 5 },
    { "is when it was corrected last", { date = 5, updated = 9, corrections = { "1970-01-02T00:00:00Z\ta", "1970-01-01T00:00:20Z\tb", "c" } }, 86400 },
  }
  for _, case in ipairs(cases) do
    it(case[1], function() expect(corrections.updated(case[2])):to_be(case[3]) end)
  end
end)
