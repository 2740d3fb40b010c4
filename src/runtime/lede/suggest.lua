--- lede.suggest: the word somebody probably meant.

local M = {}

--- How many letters were added, left out, changed or exchanged with their neighbour.
local function distance(a, b, most)
  if math.abs(#a - #b) > most then return most + 1 end
  local before, above, row = nil, nil, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    before, above, row = above, row, { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(above[j - 1] + (same and 0 or 1), above[j] + 1, row[j - 1] + 1)
      if before and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then row[j] = math.min(row[j], before[j - 2] + 1) end
    end
  end
  return row[#b]
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
