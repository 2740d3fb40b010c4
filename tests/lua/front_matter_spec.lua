--- Specs of lede.front_matter: one more correction in a file, and nothing else.

local front_matter = require("lede.front_matter")

local function add(source) return front_matter.add_correction(source, "2024-05-01T10:00:00Z", 'It was "46": #1') end

local NEW = '- date: 2024-05-01T10:00:00Z\n'

describe("a correction is added", function()
  local text = '  text: "It was \\"46\\": #1"\n'
  it("where there was none, at the end of the front matter", function()
    expect(add("---\ntitle: A\n---\nBody\n---\n")):to_be("---\ntitle: A\ncorrections:\n  " .. NEW .. "  " .. text .. "---\nBody\n---\n")
  end)
  it("after those that there are, set in as they are", function()
    expect(add("---\ncorrections:\n- date: 2024-01-01\n  text: One\n\ntitle: A\n---\n")):to_be(
      "---\ncorrections:\n- date: 2024-01-01\n  text: One\n" .. NEW .. text .. "\ntitle: A\n---\n"
    )
    expect(add("---\ncorrections: # all\n    - One\n    - text: |\n        more\n        lines\n# end\nz: 1\n---\n")):to_be(
      "---\ncorrections: # all\n    - One\n    - text: |\n        more\n        lines\n    " .. NEW .. "    " .. text .. "# end\nz: 1\n---\n"
    )
  end)
  it("after one whose last line looks like a comment", function()
    expect(add("---\ncorrections:\n  - text: |\n      one\n      # two\n---\n")):to_be(
      "---\ncorrections:\n  - text: |\n      one\n      # two\n  " .. NEW .. "  " .. text .. "---\n"
    )
  end)
  it("to an empty list", function()
    for _, empty in ipairs { "corrections: []", "corrections:" } do
      expect(add("---\n" .. empty .. "\ntitle: A\n---\n")):to_be("---\ncorrections:\n  " .. NEW .. "  " .. text .. "title: A\n---\n")
    end
  end)
  it("with the file's own line ends", function()
    expect(add("---\r\ntitle: A\r\n---\r\nBody")):to_be(
      '---\r\ntitle: A\r\ncorrections:\r\n  - date: 2024-05-01T10:00:00Z\r\n    text: "It was \\"46\\": #1"\r\n---\r\nBody'
    )
  end)
end)

describe("a file is left alone", function()
  local cases = {
    { '{ "title": "A" }\n', "no YAML" }, { "---lua\n{ title = 'A' }\n---\n", "no YAML" }, { "---\ntitle: A\n", "no YAML" }, { "", "no YAML" },
    { "---\ncorrections:\n  date: 2024-01-01\n  text: One\n---\n", "line 2" }, { "---\ncorrections:\n  [One]\n---\n", "line 2" },
    { "---\ncorrections: [One]\n---\n", "line 2" }, { "---\ntitle: A\ncorrections: One\n---\n", "line 3" },
  }
  for _, case in ipairs(cases) do
    it(("that is %q"):format(case[1]), function()
      local changed, problem = add(case[1])
      expect(changed):to_be_nil()
      expect(problem):to_contain(case[2])
    end)
  end
end)
