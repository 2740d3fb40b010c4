---@meta lede.related

---@class lede.related
local related = {}

--- An article near another one, as the hooks related.score and related.rerank get it.
---@class lede.RelatedEntry
---@field article lede.Article
---@field score number  of 1; with the decay by age
---@field cosine number of 1; of the texts
---@field tags number   of 1; of the tags
---@field days integer  how much older it is
---@field pinned boolean named by the author: stands first whatever plugins say

--- What related.replace gets besides the article.
---@class lede.RelatedApi
---@field edition lede.Edition
---@field similar lede.RelatedEntry[] what the engine found, best first

--- What related.fields may answer; what is left out is the article's own.
---@class lede.RelatedFields
---@field title? string
---@field summary? string
---@field body? string    plain text
---@field tags? string[]  at most 64
---@field extra? { [1]: string, [2]: integer }[] texts, and how often each of their words counts (0 to 20); at most 16

--- Which articles a reader would want next: those that the engine found near, in the order that plugins left. As article:neighbours(k).
---@param article lede.Article
---@param k? integer 4
---@return lede.Article[]
function related.neighbours(article, k) end

return related
