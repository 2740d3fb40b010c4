---@meta lede.time

--- Instants are integers: seconds since 1970-01-01T00:00:00Z.
---@class lede.time
local time = {}

---@class lede.time.Options
---@field zone? string "Europe/Paris", "UTC", "+02:00"
---@field lang? string BCP 47: "fr", "pt-BR", "ar-u-nu-arab"

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

--- style, in the words and the order of options.lang:
--- "full" Wednesday, 3 April 2024 · "long" 3 April 2024 · "short" 3 Apr 2024 ("medium" too) · "numeric" 03/04/2024 ·
--- "time" 19:10 · "month" April 2024 · "year" 2024 · "iso" and "rfc822" for machines;
--- or a skeleton of UTS 35, what to show without its order: "MMMMd" 3 April;
--- or a pattern: %Y %y %m %d %e %o (1er) %H %k %I %M %S %p %j %z %B %b %A %a %%.
--- "en" without a country is international, "en-US" has April 3, 2024; "ar-u-nu-arab" has Arabic digits.
---@param t integer
---@param style? string "long"
---@param options? lede.time.Options
---@return string
function time.format(t, style, options) end

--- The part of format that knows patterns.
---@param t integer
---@param pattern string
---@param lang? string "en"
---@param zone? string "UTC"
---@return string
function time.expand(t, pattern, lang, zone) end

return time
