--- lede.suggest: the word somebody probably meant.

local M = {}

--- Edits that turn a into b, a swap of neighbours being one; most + 1 when there are clearly more than that.
local function distance(a, b, most)
  if math.abs(#a - #b) > most then return most + 1 end
  local before, last, row = {}, {}, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    row[0] = i
    local x = a:byte(i)
    for j = 1, #b do
      local y = b:byte(j)
      local cost = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y and 0 or 1))
      if i > 1 and j > 1 and x == b:byte(j - 1) and y == a:byte(i - 1) then cost = math.min(cost, before[j - 2] + 1) end
      row[j] = cost
    end
    before, last, row = last, row, before
  end
  return last[#b]
end

--- The nearest of names to word: at most a third of its letters wrong. Ties go to the first in order of the alphabet.
---@param word string
---@param names string[]
---@return string|nil
function M.nearest(word, names)
  local best, best_distance
  local most = math.max(1, #word // 3)
  for _, name in ipairs(names) do
    local d = distance(word:lower(), name:lower(), most)
    if d <= most and (not best or d < best_distance or (d == best_distance and name < best)) then
      best, best_distance = name, d
    end
  end
  return best
end

--- " Did you mean 'x'?" or "".
function M.hint(word, names)
  local near = M.nearest(tostring(word), names)
  return near and (" Did you mean '" .. near .. "'?") or ""
end

return M
