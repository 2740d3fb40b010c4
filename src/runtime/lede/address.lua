--- lede.address: addresses of the web as other people's software will have them.

local M = {}

--- Every byte that an address may have (RFC 3986), as it stands in a set.
local STRANGE <const> = "[^%w%-._~:/?#%[%]@!$&'()*+,;=%%]"

local function encoded(c) return ("%%%02X"):format(c:byte()) end

--- A percent sign that begins nothing stands for itself.
local function percent(digits) return #digits < 2 and "%25" .. digits or nil end

--- An absolute address, what does not belong into one encoded; nil for what leads nowhere on the web.
---@param url string?
---@return string?
function M.web(url)
  if not url or not url:find("^[Hh][Tt][Tt][Pp][Ss]?://[^/%s]") then return nil end
  if url:find(STRANGE) then url = url:gsub(STRANGE, encoded) end
  if url:find("%", 1, true) then url = url:gsub("%%(%x?%x?)", percent) end
  return url
end

return M
