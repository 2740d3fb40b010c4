--- Which articles are posted, and the request. The server keeps an Idempotency-Key for an hour: a post that was made and whose answer
--- was lost is not made again.
local json = require("lede.json")
local origin = require("lede.origin")
local secret = require("lede.secret")
local text = require("lede.text")

local M = {}

local LINK_LENGTH = 23 -- what a link counts on a server of that kind, however long it is

--- New articles of the site's own, of the last hours; each once, whatever becomes of its address.
---@param release lede.Release
---@param options table
---@return lede.Delivery[]
function M.of(release, options)
  local deliveries = {}
  for article, change in release:articles() do
    local is_new = change.what == "new" and release.now - (article.date or 0) <= options.hours * 3600
    local is_wanted = options.section == "" or article.section_slug == options.section
    if is_new and is_wanted and article.type ~= "page" and origin.of(article).is_own then
      deliveries[#deliveries + 1] = { target = options.server, key = article.id, data = { id = article.id } }
    end
  end
  return deliveries
end

local function hashtags(tags)
  local words = {}
  for i, tag in ipairs(tags or {}) do words[i] = "#" .. tag:gsub("[%s%-%.'’/]+", "") end
  return table.concat(words, " ")
end

--- The post of an article: what is too long is cut in the title.
---@param pattern string with {title}, {url}, {tags}, {description}
---@param article table
---@param url string
---@param limit integer characters
---@return string
function M.text(pattern, article, url, limit)
  local values = { title = "", url = url, tags = hashtags(article.tags), description = article.summary or article.dek or "" }
  local function fill() return (pattern:gsub("{(%w+)}", function(name) return values[name] end):gsub("%s+$", "")) end
  local rest = utf8.len(fill()) - (pattern:find("{url}", 1, true) and utf8.len(url) - LINK_LENGTH or 0)
  values.title = text.excerpt(article.title or "", math.max(1, limit - rest), "…")
  return fill()
end

function M.send(options, row, desk)
  local token, why = secret.read(options.token)
  if not token then return nil, why end
  local article = desk.store:get(row.data.id)
  if not article then return nil, { message = "the article is gone from the store", is_final = true } end
  local body = json.encode {
    status = M.text(options.text, article, desk.config.base_url .. article.url, options.limit), visibility = options.visibility,
    language = article.lang and article.lang:match("^%a+"),
  }
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = row.id, Authorization = "Bearer " .. token }
  return desk.judge(desk.http:post(options.server .. "/api/v1/statuses", body, { headers = headers, private = options.private }))
end

return M
