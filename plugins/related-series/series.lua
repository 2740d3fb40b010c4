--- plugins.related-series.series: the earlier articles of a series.

local M = {}

local function series_of(article, prefix)
  for _, term in ipairs(article.tag_terms) do
    if term.slug:sub(1, #prefix) == prefix then return term.slug end
  end
end

--- The others of article's series, newest first; nil when it is in none, or in a small one.
---@param edition lede.Edition
---@return lede.Article[]|nil
function M.others(article, edition, options)
  local slug = series_of(article, options.tag)
  if not slug then return nil end
  local list = {}
  for _, other in ipairs(edition:articles { tag = slug, to = article.date + 1, limit = options.most + 1 }) do
    if other.id ~= article.id and #list < options.most then list[#list + 1] = other end
  end
  return #list >= options.least and list or nil
end

return M
