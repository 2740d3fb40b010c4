---@meta lede.address

--- Addresses of the web as other people's software will have them.
---@class lede.address
local address = {}

--- An absolute address, what does not belong into one encoded; nil for what leads nowhere on the web.
---@param url string?
---@return string?
function address.web(url) end

return address
