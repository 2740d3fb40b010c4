--- lede.time: instants as integer seconds, and their text by style, language and zone.

local core = require("lede.time_core")

local M = { rfc3339 = core.rfc3339, rfc822 = core.rfc822, parse = core.parse, civil = core.civil, expand = core.expand }

--- t as text. style: a name of lede/format.h ("long", "short", "full", "time", "month", "year", "numeric"), "iso", "rfc822", a skeleton
--- ("MMMMd"), or a pattern with %Y %m %d %e %B %A %H %M …
---@param t integer
---@param style? string
---@param options? { lang?: string, zone?: string }
---@return string
function M.format(t, style, options)
  options = options or {}
  style = style or "long"
  if style == "iso" then return core.rfc3339(t, options.zone) end
  if style == "rfc822" then return core.rfc822(t, options.zone) end
  if style:find("%", 1, true) then return core.expand(t, style, options.lang, options.zone) end
  local text, err = core.format(t, style, options.lang, options.zone)
  if not text then error("time.format: " .. tostring(err), 2) end
  return text
end

return M
