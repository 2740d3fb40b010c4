--- lede.corrections: what was wrong in an article, and when that was said. Articles keep each as a line of text,
--- "2024-05-01T10:00:00Z<TAB>words"; here they are read and written.

local time = require("lede.time")

local M = {}

---@class lede.Correction
---@field at? integer nil: nobody knows when
---@field text string

--- One line as a correction.
---@param line string
---@return lede.Correction
function M.read(line)
  local iso, words = line:match("^([^\t]*)\t(.*)$")
  return { at = iso and time.parse(iso) or nil, text = words or line }
end

--- A correction as a line.
---@param at integer
---@param words string
---@return string
function M.line(at, words)
  return time.rfc3339(at) .. "\t" .. words:gsub("%s+", " "):match("^ ?(.-) ?$")
end

--- The corrections of an article, in the order in which it has them.
---@param article table of a page or of the store
---@return lede.Correction[]
function M.of(article)
  local found = {}
  for i, line in ipairs(article.corrections or {}) do found[i] = M.read(line) end
  return found
end

--- When the article last changed for its readers: first publication, update or correction, whichever came last.
---@param article table of a page or of the store
---@return integer
function M.updated(article)
  local at = article.date
  local updated = article.updated
  if updated and updated > at then at = updated end
  for _, line in ipairs(article.corrections or {}) do
    local said = M.read(line).at
    if said and said > at then at = said end
  end
  return at
end

return M
