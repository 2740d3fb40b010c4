--- lede.check.forms: whether a text has the form that a format wants of it: addresses, dates, languages.

local M = {}

--- An address with a scheme and without what may not stand in one.
---@param s any
---@return boolean
function M.absolute(s) return type(s) == "string" and s:find("^%a[%w+.%-]*:[^%s%c<>\"{}|\\^`]+$") ~= nil end

--- An address of the web.
---@param s any
---@return boolean
function M.web(s) return M.absolute(s) and s:find("^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]") ~= nil end

--- A language tag as RFC 5646 has it, as far as its form tells.
---@param s any
---@return boolean
function M.language(s)
  if type(s) ~= "string" then return false end
  local first, rest = s:match("^(%a+)(.*)$")
  if not first or #first > 8 or (#first == 1 and not first:find("^[xXiI]$")) then return false end
  for part in rest:gmatch("[^-]+") do
    if #part > 8 then return false end
  end
  return rest == "" or rest:find("^%-%w[%w%-]*%w$") ~= nil or rest:find("^%-%w$") ~= nil
end

--- "text/html"
---@param s any
---@return boolean
function M.mime(s) return type(s) == "string" and s:find("^[%w!#$&^_.+%-]+/[%w!#$&^_.+%-]+%s*;?.*$") ~= nil end

--- ---- dates

local LENGTHS <const> = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_day(year, month, day)
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local length = LENGTHS[month]
  if month == 2 and year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) then length = 29 end
  return length ~= nil and day >= 1 and day <= length
end

local function is_time(hour, minute, second)
  return tonumber(hour) <= 23 and tonumber(minute) <= 59 and tonumber(second) <= 60
end

local function is_zone(zone)
  local hour, minute = zone:match("^[+-](%d%d):(%d%d)$")
  return zone == "Z" or (hour ~= nil and tonumber(hour) <= 23 and tonumber(minute) <= 59)
end

--- An instant of RFC 3339, with capital T and Z: "2026-05-01T10:00:00Z".
---@param s any
---@return boolean
function M.instant(s)
  if type(s) ~= "string" then return false end
  local year, month, day, hour, minute, second, zone = s:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)T(%d%d):(%d%d):(%d%d)%.?%d*([Z+-].*)$")
  return year ~= nil and not s:find(".", -1, true) and is_day(year, month, day) and is_time(hour, minute, second) and is_zone(zone)
end

--- A date of the W3C's profile: a year, a month, a day, or a moment with its zone, with or without seconds.
---@param s any
---@return boolean
function M.w3c(s)
  if type(s) ~= "string" then return false end
  if M.instant(s) then return true end
  local year, month, day, rest = s:match("^(%d%d%d%d)%-?(%d*)%-?(%d*)(.*)$")
  if not year then return false end
  if rest == "" and month == "" then return #s == 4 end
  if rest == "" and day == "" then return #s == 7 and is_day(year, month, 1) end
  if not (#month == 2 and #day == 2 and is_day(year, month, day)) then return false end
  local hour, minute, zone = rest:match("^T(%d%d):(%d%d)(.+)$")
  return rest == "" or (hour ~= nil and is_time(hour, minute, 0) and is_zone(zone))
end

local MONTHS <const> = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }
local DAYS <const> = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
local ZONES <const> = { GMT = true, UT = true, UTC = true, EST = true, EDT = true, CST = true, CDT = true, MST = true, MDT = true, PST = true, PDT = true }

--- Sakamoto's: 1 is Sunday.
local function weekday(year, month, day)
  local shift = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 }
  if month < 3 then year = year - 1 end
  return (year + year // 4 - year // 100 + year // 400 + shift[month] + day) % 7 + 1
end

--- A date of RFC 822 with a year of four digits and, when it names one, the right day of the week.
---@param s any
---@return boolean
function M.mail_date(s)
  if type(s) ~= "string" then return false end
  local name, rest = s:match("^(%a%a%a), (.*)$")
  local day, month, year, hour, minute, more = (rest or s):match("^(%d%d?) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d)(.*)$")
  local number = MONTHS[month]
  if not number or not is_day(year, number, day) then return false end
  local second, zone = more:match("^:?(%d*) (.+)$")
  if not second or not is_time(hour, minute, second ~= "" and second or 0) then return false end
  if not (zone:find("^[+-]%d%d%d%d$") or ZONES[zone]) then return false end
  return name == nil or DAYS[weekday(tonumber(year), number, tonumber(day))] == name
end

--- Whether a value that was read from JSON is a list; an object without names cannot be told from an empty one.
---@param value any
---@return boolean
function M.list(value)
  if type(value) ~= "table" then return false end
  if value[1] ~= nil then return true end
  local empty = true
  for _ in pairs(value) do empty = false end
  return empty
end

--- Gives the line on which each text first stands, of texts that are asked for in the order in which they stand.
---@param text string
---@return fun(needle: string): integer
function M.line_finder(text)
  local at, line = 1, 1
  return function(needle)
    local found = text:find(needle, at, true)
    if not found then return line end
    local _, newlines = text:sub(at, found - 1):gsub("\n", "")
    at, line = found, line + newlines
    return line
  end
end

return M
