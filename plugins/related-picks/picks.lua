--- plugins.related-picks.picks: a list with its picks in front.

local M = {}

--- The first picks of list, then all else in its order.
---@param list lede.RelatedEntry[]
---@param options { param: string, most: integer }
---@return lede.RelatedEntry[]
function M.first(list, options)
  local front, rest = {}, {}
  for _, entry in ipairs(list) do
    local is_pick = entry.article.params[options.param] == true and #front < options.most
    table.insert(is_pick and front or rest, entry)
  end
  return table.move(rest, 1, #rest, #front + 1, front)
end

return M
