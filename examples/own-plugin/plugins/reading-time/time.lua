--- plugins.reading-time.time: words to minutes, minutes to words.

local time = {}

--- Whole minutes, at least one.
---@param words integer
---@param per_minute integer
---@return integer
function time.minutes(words, per_minute)
  return math.max(1, (words + per_minute // 2) // per_minute)
end

---@param minutes integer
---@return string
function time.label(minutes)
  return string.format("%d min", minutes)
end

return time
