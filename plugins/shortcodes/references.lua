--- plugins.shortcodes.references: the address of an article that a body names by its file: "2015-07-14-a-piece.md".

local M = {}

local DAY = 86400

--- By the day in the name: one small query that the page's record holds, not a look at everything.
local function by_day(edition, date, stem)
  local midnight = lede.time.parse(date)
  if not midnight then return nil end
  local found = edition:articles { from = midnight - DAY, to = midnight + 2 * DAY, limit = 200, order = "oldest" }
  for _, article in ipairs(found) do
    local path = article.path or ""
    if path:match("([^/]+)%.%w+$") == stem or path:match("([^/]+)/index%.%w+$") == stem then return article.url end
  end
  for _, article in ipairs(found) do
    if article.slug == stem:sub(#date + 2) then return article.url end
  end
  return nil
end

local function by_tag(edition, path)
  local slug = path:match("^topics?/([^/]+)$") or path:match("^tags?/([^/]+)$")
  local term = slug and edition:tag(slug)
  return term and term.url
end

--- The address with its anchor, or nil.
---@param edition table
---@param name string as it stands in the tag
---@return string|nil
function M.find(edition, name)
  local path, anchor = name:match("^([^#]*)(#?.*)$")
  path = path:gsub("^/+", ""):gsub("/_?index%.%w+$", ""):gsub("%.md$", ""):gsub("%.markdown$", ""):gsub("/+$", "")
  if path == "" then return nil end
  local direct = edition:article("/" .. path .. "/")
  local stem = path:match("[^/]+$")
  local date = stem:match("^%d%d%d%d%-%d%d%-%d%d")
  local url = direct and direct.url or date and by_day(edition, date, stem) or by_tag(edition, path)
  return url and url .. anchor
end

return M
