--- lede.suggest: the word somebody probably meant.

local M = {}

local function distance(a, b, most)
  if math.abs(#a - #b) > most then return most + 1 end
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local cost = a:byte(i) == b:byte(j) and diagonal or diagonal + 1
      row[j] = math.min(cost, above + 1, row[j - 1] + 1)
      diagonal = above
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
