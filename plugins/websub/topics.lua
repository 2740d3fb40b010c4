--- Which topics changed: a topic is a file that names the hub, so what is told to it is what subscribers can have found.
local M = {}

local ENDINGS = { xml = true, json = true, atom = true, rss = true }

--- Whether a file's bytes name this hub as a hub.
---@param bytes string
---@param hub string
function M.names(bytes, hub)
  local escaped = hub:gsub("&", "&amp;")
  for _, address in ipairs { hub, escaped, (hub:gsub("/", "\\/")) } do
    if bytes:find('"' .. address .. '"', 1, true) and bytes:find("hub", 1, true) then return true end
  end
  return false
end

---@param release lede.Release
---@param options { hub: string }
---@return lede.Delivery[]
function M.of(release, options)
  local deliveries = {}
  for _, change in ipairs(release.changes) do
    local bytes = change.what ~= "gone" and ENDINGS[change.path:match("%.(%w+)$")] and release:read(change.path)
    if bytes and M.names(bytes, options.hub) then
      deliveries[#deliveries + 1] = {
        target = options.hub, key = ("%s@%016x"):format(change.url, release.stamp), subject = change.url, data = { topic = release.base_url .. change.url },
      }
    end
  end
  return deliveries
end

return M
