--- lib.shrink: delta debugging (Zeller and Hildebrandt, 2002) over a list: the fewest of its items that still fail.

local M = {}

local function without(list, from, to)
  local rest = {}
  for i = 1, #list do
    if i < from or i > to then rest[#rest + 1] = list[i] end
  end
  return rest
end

--- Leaves out ever smaller pieces while fails(rest) is true. A guess too expensive ends it: fails may answer nil for "no more".
---@param list any[] fails(list) is true
---@param fails fun(list: any[]): boolean|nil
---@return any[]
function M.list(list, fails)
  local size = #list // 2
  while size >= 1 do
    local at, less = 1, false
    while at <= #list do
      local rest = without(list, at, at + size - 1)
      local answer = #rest < #list and fails(rest)
      if answer == nil then return list end
      if answer then
        list, less = rest, true
      else
        at = at + size
      end
    end
    if not less or size > 1 then size = size // 2 end
  end
  return list
end

return M
