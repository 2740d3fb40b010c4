--- plugins.related-authors.boost: a score that rises for a shared author.

local M = {}

local function share_author(a, b)
  for _, name in ipairs(a.authors) do
    for _, other in ipairs(b.authors) do
      if name == other then return true end
    end
  end
  return false
end

--- The score of candidate in the list of article; nil leaves it as it is.
---@return number|nil
function M.score(article, candidate, score, factor)
  if share_author(article, candidate) then return score * factor end
end

return M
