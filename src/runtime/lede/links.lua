--- lede.links: whether addresses of other sites answer, asked politely: one request to a host at a time, a second apart, HEAD
--- before GET, and what answered well is not asked again for a week. In a task; `lede check --external` and a recipe use it.

local fs = require("lede.fs")
local host = require("lede.host")
local http = require("lede.http")
local json = require("lede.json")
local task = require("lede.task")

local M = {}

local WEEK <const>, AT_ONCE <const> = 7 * 24 * 3600, 32
local TRY_GET <const> = { [403] = true, [405] = true, [501] = true } -- what servers say to HEAD that would answer GET

local function ask(client, url)
  local response, err = client:head(url)
  if not response or TRY_GET[response.status] then response, err = client:get(url) end
  return response and response.status or tostring(err)
end

--- Whether an answer is one that a reader can do with.
---@param answer integer|string
---@return boolean
function M.is_good(answer) return math.type(answer) == "integer" and answer < 400 end

--- What each address answers: a status, or words. The cache is a file that is read, and written again with these addresses.
---@param urls string[]
---@param options? { cache?: string, private?: boolean }
---@return table<string, integer|string>|nil answers
---@return integer|lede.Error asked
function M.ask(urls, options)
  options = options or {}
  local client = http.client { private = options.private, per_host = 1, pause = options.private and 0 or 1, timeout = 20, retries = 1, max_bytes = 4 << 20 }
  local cache = options.cache and json.decode(fs.read(options.cache) or "{}") or {}
  local answers, kept, now, asked = {}, json.object(), host.now(), 0
  task.limit(AT_ONCE, urls, function(url)
    local known = cache[url]
    if not (known and M.is_good(known.answer) and now - known.at < WEEK) then
      asked = asked + 1
      known = { answer = ask(client, url), at = now }
    end
    answers[url], kept[url] = known.answer, known
  end)
  if options.cache then
    local ok, err = fs.write(options.cache, json.encode(kept))
    if not ok then return nil, err end
  end
  return answers, asked
end

return M
