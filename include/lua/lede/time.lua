---@meta lede.time

--- Instants are integers: seconds since 1970-01-01T00:00:00Z.
---@class lede.time
local time = {}

---@class lede.time.Options
---@field zone? string "Europe/Paris", "UTC", "+02:00"
---@field lang? string

---@param t integer
---@param zone? lede.time.Options|string
---@return string "2024-04-03T21:10:00+02:00"
function time.rfc3339(t, zone) end

---@param t integer
---@param zone? lede.time.Options|string
---@return string "Wed, 03 Apr 2024 21:10:00 +0200"
function time.rfc822(t, zone) end

--- Reads what front matter holds: dates, times, zones, US month names.
---@param text string
---@param options? lede.time.Options
---@return integer|nil t, lede.Error|nil err
function time.parse(text, options) end

---@param t integer
---@param zone? lede.time.Options|string
---@return { year: integer, month: integer, day: integer, hour: integer, minute: integer, second: integer, weekday: integer, yearday: integer, offset: integer }
function time.civil(t, zone) end

--- style: "long", "short", "time", "iso", "rfc822", "year", or a pattern: %Y %y %m %d %e %o %H %k %I %M %S %p %j %z %B %b %A.
---@param t integer
---@param style? string
---@param options? lede.time.Options
---@return string
function time.format(t, style, options) end

--- The mechanism under format: expands a pattern with a table of names.
---@param t integer
---@param pattern string
---@param names { months: string[], short_months: string[], weekdays: string[] }
---@param zone? string
---@return string
function time.expand(t, pattern, names, zone) end

return time
