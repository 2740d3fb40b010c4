--- lede.feed_diff: what a subscriber will see who had one feed and gets another: what is new, what changed, what was taken back.

local M = {}

local FIELDS <const> = { "title", "url", "summary", "html", "published", "updated", "image", "source", "language" }
local LISTS <const> = { "authors", "tags" }
local WORDS <const> = { html = "text", url = "address", summary = "summary" }

--- What an item is known by: its id, else its address, else its title, as readers do.
local function key_of(item) return item.id or item.url or item.title or "" end

local function by_key(items)
  local found = {}
  for _, item in ipairs(items) do found[key_of(item)] = found[key_of(item)] or item end
  return found
end

local function differing(before, after)
  local names = {}
  for _, field in ipairs(FIELDS) do
    if before[field] ~= after[field] then names[#names + 1] = WORDS[field] or field end
  end
  for _, field in ipairs(LISTS) do
    if table.concat(before[field], "\n") ~= table.concat(after[field], "\n") then names[#names + 1] = field end
  end
  return names
end

local function told(item, fields) return { id = key_of(item), title = item.title, url = item.url, fields = fields } end

---@class lede.FeedDiff
---@field new table[]        id, title, url of items that readers have not seen
---@field changed table[]    the same, with `fields`: what is other
---@field withdrawn table[]  taken back: readers are told to forget them
---@field gone table[]       no more in the feed: readers keep them

--- The difference of two feeds that lede.feed_read gave, in the order in which readers get the items.
---@param old lede.ReadFeed
---@param new lede.ReadFeed
---@return lede.FeedDiff
function M.of(old, new)
  local diff = { new = {}, changed = {}, withdrawn = {}, gone = {} }
  local before, after, tombstone = by_key(old.items), by_key(new.items), {}
  for _, id in ipairs(new.withdrawn) do tombstone[id] = true end
  for _, item in ipairs(new.items) do
    local known = before[key_of(item)]
    local fields = known and differing(known, item)
    if not known then
      diff.new[#diff.new + 1] = told(item)
    elseif #fields > 0 then
      diff.changed[#diff.changed + 1] = told(item, fields)
    end
  end
  for _, item in ipairs(old.items) do
    local list = tombstone[key_of(item)] and diff.withdrawn or diff.gone
    if not after[key_of(item)] then list[#list + 1] = told(item) end
  end
  return diff
end

return M
