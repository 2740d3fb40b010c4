--- plugins.related-vectors.vectors: vectors of articles out of a file, and their cosine.

local M = {}

--- Vectors by what the file calls their article, each of length 1. A line that is none is passed over.
---@param text string
---@return table<string, number[]>
function M.read(text)
  local known = {}
  for line in text:gmatch("[^\n]+") do
    local ok, row = pcall(lede.json.decode, line)
    local vector = ok and type(row) == "table" and type(row.id) == "string" and M.unit(row.vector)
    if vector then known[row.id] = vector end
  end
  return known
end

--- vector at length 1, or nil when it is no list of numbers or nothing.
function M.unit(vector)
  if type(vector) ~= "table" then return nil end
  local sum = 0
  for _, x in ipairs(vector) do
    if type(x) ~= "number" then return nil end
    sum = sum + x * x
  end
  if sum <= 0 then return nil end
  local out = {}
  for i, x in ipairs(vector) do out[i] = x / math.sqrt(sum) end
  return out
end

function M.of(known, article) return known[article.id] or known[article.url] or (article.path and known[article.path]) end

---@return number|nil nil when one of the two has no vector, or they are of different lengths
function M.cosine(a, b)
  if not a or not b or #a ~= #b then return nil end
  local sum = 0
  for i, x in ipairs(a) do sum = sum + x * b[i] end
  return sum
end

return M
