local plugin = require("plugins.layout-broadsheet.init")
local theme = require("plugins.layout-broadsheet.theme")

--- The defaults with one value changed.
local function with(group, name, value)
  local options = { colours = {}, dark = {}, fonts = {} }
  for key, values in pairs(options) do
    for inner, default in pairs(plugin.defaults[key]) do
      values[inner] = default
    end
  end
  if group then
    options[group][name] = value
  end
  return options
end

describe("a site's colours and fonts", function()
  it("make no style sheet when none is set", function()
    expect(theme.sheet(with())):to_be_nil()
  end)

  it("are custom properties, each for its scheme", function()
    expect(theme.sheet(with("colours", "accent", "#075"))):to_be("@media screen and (prefers-color-scheme:light){:root{--accent:#075}}\n")
    expect(theme.sheet(with("dark", "ink", "rgb(90% 90% 90% / 0.9)"))):to_contain("dark){:root{--ink:rgb(90% 90% 90% / 0.9)}}")
    expect(theme.sheet(with("fonts", "text", '"Gill Sans", serif'))):to_be(':root{--serif:"Gill Sans", serif}\n')
  end)

  for _, value in ipairs { "red;}*{display:none", "red</style>", "url(https://spy.example/)", "URL (x)", "a\\3b", "@import 'x'", "a:b" } do
    it("are refused when they hold more: " .. value, function()
      expect(function() theme.sheet(with("colours", "accent", value)) end):to_raise("colours.accent")
    end)
  end
end)
