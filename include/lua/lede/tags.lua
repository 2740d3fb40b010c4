---@meta lede.tags

---@class lede.Tag
---@field name string
---@field args string
---@field closing boolean      {{< /name >}}
---@field self_closing boolean {{< name />}}
---@field liquid boolean       {% name %}
---@field line integer

--- Shortcodes and Liquid tags that other tools left in a body, outside code.
---@class lede.tags
local tags = {}

---@param body string
---@return (string|lede.Tag)[]
function tags.split(body) end

--- A cheap look; true may be in vain.
---@param body string
---@return boolean
function tags.present(body) end

return tags
