--- plugins.layout-broadsheet.theme: the colours and fonts that a site sets, as a style sheet of custom properties.

local M = {}

local colours = { "paper", "tint", "ink", "soft", "rule", "bar", "accent" }
local fonts = { { "text", "serif" }, { "display", "display" }, { "sans", "sans" } }

--- A value ends where it stands: nothing in it may close the rule or fetch something.
local function check(where, value)
  if value:find("[^%w%s#%%.,()/\"'_-]") or value:lower():find("url%s*%(") then
    error(("layout-broadsheet: %s: not a colour or a list of fonts: %s"):format(where, value), 0)
  end
  return value
end

local function colour_rules(options, group)
  local out = {}
  for _, name in ipairs(colours) do
    local value = options[group][name]
    if value ~= "" then
      out[#out + 1] = ("--%s:%s"):format(name, check(group .. "." .. name, value))
    end
  end
  return table.concat(out, ";")
end

local function font_rules(options)
  local out = {}
  for _, font in ipairs(fonts) do
    local value = options.fonts[font[1]]
    if value ~= "" then
      out[#out + 1] = ("--%s:%s"):format(font[2], check("fonts." .. font[1], value))
    end
  end
  return table.concat(out, ";")
end

--- The style sheet, or nil when the options set nothing. On screens only: print has ink of its own.
---@param options table
---@return string?
function M.sheet(options)
  local parts = {}
  local function add(pattern, rules)
    if rules ~= "" then
      parts[#parts + 1] = pattern:format(rules)
    end
  end
  add(":root{%s}", font_rules(options))
  add("@media screen and (prefers-color-scheme:light){:root{%s}}", colour_rules(options, "colours"))
  add("@media screen and (prefers-color-scheme:dark){:root{%s}}", colour_rules(options, "dark"))
  return #parts > 0 and table.concat(parts, "\n") .. "\n" or nil
end

return M
