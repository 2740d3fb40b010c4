--- Which articles of a release partners are told of, and by which keys.
local M = {}

local DAY = 86400

--- Whether a piece is news: who adds a partner to an old site does not send the archive.
---@param article table
---@param release table
---@param days integer
function M.is_recent(article, release, days)
  local latest = math.max(article.date or 0, article.updated or 0)
  if not release.is_first then latest = math.max(latest, article.changed_at or 0) end
  return release.now - latest <= days * DAY
end

local function is_wanted(endpoint, article)
  if endpoint.section and article.section_slug ~= endpoint.section then return false end
  if not endpoint.tag then return true end
  for _, tag in ipairs(article.tags or {}) do
    if tag == endpoint.tag then return true end
  end
  return false
end

--- The deliveries of a release. One that an endpoint got already, the same revision of the same piece, has a known key.
---@param release lede.Release
---@param options { endpoints: table[], days: integer }
---@return lede.Delivery[]
function M.of(release, options)
  local deliveries = {}
  local function add(article, event)
    for _, endpoint in ipairs(options.endpoints) do
      if is_wanted(endpoint, article) then
        deliveries[#deliveries + 1] = {
          target = endpoint.name, key = ("%s/%d/%s"):format(article.id, article.revision, event), subject = article.id,
          data = { event = event, id = article.id, url = article.url },
        }
      end
    end
  end
  for article in release:articles() do
    if article.type ~= "page" and M.is_recent(article, release, options.days) then add(article, "published") end
  end
  local gone = release:gone()
  for _, change in ipairs(release.changes) do
    if gone[change.url] then add(gone[change.url], "withdrawn") end
  end
  return deliveries
end

return M
