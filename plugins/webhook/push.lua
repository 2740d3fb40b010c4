--- The request: what is said of an article when it is sent, and the signature by which the receiver knows who says it.
local feed = require("lede.feed")
local fs = require("lede.fs")
local hash = require("lede.hash")
local host = require("lede.host")
local json = require("lede.json")
local origin = require("lede.origin")
local secret = require("lede.secret")
local time = require("lede.time")

local M = {}

--- An article as an item of JSON Feed 1.1 without its text, and what happened to it; its id is that of all feeds. Only pages render
--- texts: an endpoint that wants them names a file that the site publishes beside each article's page.
---@param base_url string
---@param event string
---@param article table
function M.item(base_url, event, article)
  local authors = json.array {}
  for i, name in ipairs(article.authors or {}) do authors[i] = { name = name } end
  return {
    event = event, id = feed.id(article), url = base_url .. article.url, external_url = origin.of(article).url, title = article.title,
    summary = article.summary or article.dek,
    date_published = article.date and time.rfc3339(article.date), date_modified = article.updated and time.rfc3339(article.updated),
    language = article.lang, tags = json.array(article.tags or {}), authors = #authors > 0 and authors or nil,
  }
end

--- "t=SECONDS,v1=HEX": the code of "SECONDS.BODY", so that an old request cannot be sent again as a new one.
---@param key string
---@param at integer
---@param body string
function M.signature(key, at, body) return ("t=%d,v1=%s"):format(at, hash.hmac_sha256(key, at .. "." .. body)) end

local function body_of(endpoint, row, desk)
  local data, base_url = row.data, desk.config.base_url
  if data.event == "withdrawn" then return json.encode { event = "withdrawn", id = feed.id(data), url = base_url .. data.url }, "application/json" end
  if endpoint.file then
    local bytes, err = fs.read(desk.workspace.output .. data.url .. endpoint.file)
    if not bytes then return nil, { message = tostring(err), is_final = true } end
    return bytes, endpoint.type or "application/json"
  end
  local article = desk.store:get(data.id)
  if not article then return nil, { message = "the article is gone from the store", is_final = true } end
  return json.encode(M.item(base_url, data.event, article)), "application/json"
end

--- Sends a row.
function M.send(endpoint, row, desk)
  local body, kind = body_of(endpoint, row, desk)
  if not body then return nil, kind end
  local headers = {
    ["Content-Type"] = kind, ["Idempotency-Key"] = row.id, ["User-Agent"] = "lede/" .. host.version(),
    ["X-Lede-Event"] = row.data.event, ["X-Lede-Id"] = feed.id(row.data),
  }
  if endpoint.secret then
    local key, why = secret.read(endpoint.secret)
    if not key then return nil, why end
    headers["X-Lede-Signature"] = M.signature(key, host.now(), body)
  end
  return desk.judge(desk.http:post(endpoint.url, body, { headers = headers, private = endpoint.private, timeout = endpoint.timeout or 30 }))
end

return M
