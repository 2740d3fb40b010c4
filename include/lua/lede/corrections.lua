---@meta lede.corrections

--- What was wrong in an article, and when that was said. Pages and desk.
---@class lede.corrections
local corrections = {}

---@class lede.Correction
---@field at? integer nil: nobody knows when
---@field text string

--- One of article.corrections.
---@param line string
---@return lede.Correction
function corrections.read(line) end

--- What stands in article.corrections.
---@param at integer
---@param words string
---@return string
function corrections.line(at, words) end

---@param article lede.Article|lede.StoredArticle
---@return lede.Correction[]
function corrections.of(article) end

--- When the article last changed for its readers: first publication, update or correction, whichever came last.
---@param article lede.Article|lede.StoredArticle
---@return integer
function corrections.updated(article) end

return corrections
