local tune = require("lede.related_tune")

describe("links", function()
  it("are paths of the site, however they are written", function()
    local found = tune.links('[a](/a/) [b](https://x.example/b/#c) [c]: /c/?d\n<a href="/e/">e</a> [f](https://y.example/f/) [g](g/)', "https://x.example")
    expect(table.concat(found, " ")):to_equal("/a/ /b/ /c/ /e/")
  end)
end)

describe("questions", function()
  it("are articles that link to earlier ones", function()
    local questions = tune.questions({
      { id = "1", url = "/a/", date = 1, body = "[b](/b/)" },
      { id = "2", url = "/b/", date = 2, body = "[a](/a) [a](/a/) [self](/b/) [gone](/z/)" },
    }, "")
    expect(#questions):to_equal(1)
    expect(questions[1].id):to_equal("2")
    expect(questions[1].count):to_equal(1)
  end)
end)

describe("gain", function()
  local question = { wanted = { x = true, y = true }, count = 2 }

  it("is 1 for the best list and less for a later place", function()
    expect(tune.gain({ "x", "y" }, question)):to_equal(1)
    expect(tune.gain({}, question)):to_equal(0)
    expect(tune.gain({ "a", "x" }, question) < tune.gain({ "x", "a" }, question)):to_equal(true)
  end)
end)

--- Trials that answer right when recency is 0.35.
local function trials_of(right)
  return {
    lists = function(_, settings, ids)
      local out = {}
      for i, id in ipairs(ids) do out[i] = { (settings.recency == 0.35 and right) and "w" .. id or "none" } end
      return out
    end,
  }
end

local function questions_of(n)
  local out = {}
  for i = 1, n do out[i] = { id = tostring(i), wanted = { ["w" .. i] = true }, count = 1 } end
  return out
end

describe("tuning", function()
  it("finds what answers better, and says by how much", function()
    local result = tune.run(trials_of(true), questions_of(60))
    expect(result.best.recency):to_equal(0.35)
    expect(result.gain):to_equal(1)
    expect(result.low > 0):to_equal(true)
  end)
  it("leaves the default when nothing is better", function() expect(tune.run(trials_of(false), questions_of(60)).best):to_equal(tune.default) end)
  it("says when there are too few questions", function()
    local result, why = tune.run(trials_of(true), questions_of(5))
    expect(result):to_equal(nil)
    expect(why:find("only 5 articles", 1, true) ~= nil):to_equal(true)
  end)
  it("has an interval around the mean", function()
    local low, high = tune.interval { 0, 1, 0, 1, 0, 1, 0, 1 }
    expect(low < 0.5 and high > 0.5):to_equal(true)
  end)
end)
