--- Which addresses of a release search engines are told: articles' pages whose origin record says so, and pages that are gone.
local origin = require("lede.origin")

local M = {}

local MOST = 10000 -- addresses in one request, as the protocol says

local function is_page(change) return change.url:sub(-1) == "/" or change.url:find("%.html$") ~= nil end

--- Whether an address is told. A list changes whenever an article does; search engines learn of it by the article.
local function is_told(release, change, options)
  if not is_page(change) then return false end
  local article = change.what == "gone" and release:gone()[change.url] or change.what ~= "gone" and release:article(change)
  if not article then return change.what == "gone" or options.pages end
  return origin.of(article).in_indexnow
end

--- The addresses of a release, in order of their paths.
---@param release lede.Release
---@param options { pages: boolean }
---@return string[]
function M.list(release, options)
  local urls = {}
  for _, change in ipairs(release.changes) do
    if is_told(release, change, options) then urls[#urls + 1] = release.base_url .. change.url end
  end
  table.sort(urls)
  return urls
end

--- The deliveries: at most so many addresses each.
---@param release lede.Release
---@param options { endpoint: string, pages: boolean }
---@param most? integer
---@return lede.Delivery[]
function M.of(release, options, most)
  most = most or MOST
  local urls, deliveries = M.list(release, options), {}
  for first = 1, #urls, most do
    deliveries[#deliveries + 1] = {
      target = options.endpoint, key = ("%016x/%d"):format(release.stamp, first),
      data = { urls = table.move(urls, first, math.min(first + most - 1, #urls), 1, {}) },
    }
  end
  return deliveries
end

return M
