---@meta lede.related

---@class lede.related
local related = {}

--- Which articles a reader would want next: until the engine comes, the nearest earlier ones of the section.
---@param article lede.Article
---@param k? integer 4
---@return lede.Article[]
function related.neighbours(article, k) end

return related
