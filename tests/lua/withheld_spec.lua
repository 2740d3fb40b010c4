--- What is not public, and by which texts a file that shows it is known.
local withheld = require("lede.withheld")

local NOW = 1000

describe("whether readers may see a piece", function()
  local cases = {
    { { state = "published", date = 1 }, true },
    { { state = "corrected", date = NOW }, true },
    { { state = "published", date = NOW + 1 }, false },
    { { state = "published", date = 1, embargo = NOW + 1 }, false },
    { { state = "published", date = 1, embargo = NOW }, true },
    { { state = "published", date = 1, expires = NOW }, false },
    { { state = "published", date = 1, expires = NOW + 1 }, true },
    { { state = "draft", date = 1 }, false },
    { { state = "review", date = 1 }, false },
    { { state = "withdrawn", date = 1 }, false },
    { { state = "expired", date = 1 }, false },
  }
  for i, case in ipairs(cases) do
    it(("is told of case %d, %s"):format(i, case[1].state), function() expect(withheld.is_public(case[1], NOW)):to_equal(case[2]) end)
  end
end)

describe("the texts of a piece", function()
  local function revision(fields) return { article = fields } end

  it("are its id, addresses and long titles of every version, each once", function()
    local texts = withheld.texts_of {
      revision { id = "01ABC", url = "/new/", title = "Names of the witnesses & more", aliases = { "/older/" } },
      revision { id = "01ABC", url = "/old/", title = "Short" },
      revision { id = "01ABC", url = "/new/", title = "Names of the witnesses & more" },
    }
    expect(texts):to_equal { "01ABC", "/new/", "/older/", "Names of the witnesses & more", "Names of the witnesses &amp; more", "/old/" }
  end)

  it("are never so short that any file would have them", function()
    expect(withheld.texts_of({ revision { id = "01ABC", url = "/a/", title = "Update" } }, "https://x.org")):to_equal { "01ABC", '"/a/"', "https://x.org/a/" }
  end)
end)
