local host = require("lede.host")

local function read(file)
  return assert(lede.fs.read(host.plugin_dir() .. "/layout-broadsheet/" .. file))
end

describe("the style sheet", function()
  local css = read("assets/style.css")

  it("is below 14 KB", function()
    expect(#css < 14000):to_be(true)
  end)

  it("fetches nothing", function()
    expect(css):not_to_contain("url(")
    expect(css):not_to_contain("@import")
    expect(css):not_to_contain("@font-face")
  end)

  it("knows left and right only for the rules between columns", function()
    for line in css:gmatch("[^\n]+") do
      if not line:find(".cols > *::before", 1, true) then
        expect(line .. " "):not_to_contain(" left:")
        expect(line .. " "):not_to_contain(" right:")
        expect(line):not_to_contain("-left")
        expect(line):not_to_contain("-right")
      end
    end
  end)
end)

describe("the templates", function()
  local english = assert(load(read("i18n/en.lua"), "en", "t", {}))()

  it("print no words but those of the i18n files", function()
    for _, name in ipairs {
      "404", "archive-index", "archive-month", "archive-year", "article", "author", "base", "byline", "card", "colophon", "endmatter",
      "home", "lead", "line", "list", "nameplate", "nav", "pager", "related", "section", "tag", "terms", "turn",
    } do
      local source = read("templates/" .. name .. ".html")
      for key in source:gmatch('%f[%w]t%("([%w_]+)"') do
        expect(english[key]):to_hold()
      end
      local text = source:gsub("<%%.-%%>", ""):gsub("<script.-</script>", ""):gsub("<[^>]*>", "")
      expect(name .. ": " .. (text:match("%a+") or "")):to_be(name .. ": ")
    end
  end)
end)
