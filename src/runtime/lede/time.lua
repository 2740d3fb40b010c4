--- lede.time: instants as integer seconds, and their text by style, language and zone.

local core = require("lede.time_core")
local names = require("lede.time_names")

local M = { rfc3339 = core.rfc3339, rfc822 = core.rfc822, parse = core.parse, civil = core.civil }

local function names_for(lang)
  return names[lang] or names[lang:match("^%a+")] or names.en
end

--- t as text. style: "long", "short", "time" of the language, "iso", "rfc822", "year", or a pattern with %Y %m %d %e %B %A %H %M …
---@param t integer
---@param style? string
---@param options? { lang?: string, zone?: string }
---@return string
function M.format(t, style, options)
  options = options or {}
  style = style or "long"
  if style == "iso" then return core.rfc3339(t, options.zone) end
  if style == "rfc822" then return core.rfc822(t, options.zone) end
  local words = names_for(options.lang or "en")
  local pattern = style == "year" and "%Y" or words.styles[style] or style
  if not pattern:find("%%") then error(("time.format: there is no style '%s' (long, short, time, iso, rfc822, year, or a pattern)"):format(style), 2) end
  return core.expand(t, pattern, words, options.zone)
end

return M
