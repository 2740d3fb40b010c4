local picks = require("plugins.related-picks.picks")

local function entry(name, pick) return { name = name, article = { params = { pick = pick } } } end

local function names(list)
  local out = {}
  for i, e in ipairs(list) do out[i] = e.name end
  return table.concat(out)
end

describe("picks", function()
  local list = { entry("a"), entry("b", true), entry("c"), entry("d", true), entry("e", true) }

  it("come first, in the order they had", function() expect(names(picks.first(list, { param = "pick", most = 2 }))):to_equal("bdace") end)
  it("are none when most is 0", function() expect(names(picks.first(list, { param = "pick", most = 0 }))):to_equal("abcde") end)
  it("are marked by true alone", function() expect(names(picks.first({ entry("a"), entry("b", "yes") }, { param = "pick", most = 2 }))):to_equal("ab") end)
end)
