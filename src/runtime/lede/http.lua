--- lede.http: what requests have in common: hosts that are not hurried, repeats, conditions, where a body goes. The mechanism
--- is bind/http.c and net/client.c.

local core = require("lede.http_core")
local fs = require("lede.fs")
local task = require("lede.task_core")
local timer = require("lede.timer")
local suggest = require("lede.suggest")

local M = {}

local KEYS = {
  "url", "method", "headers", "body", "timeout", "connect_timeout", "redirects", "max_bytes", "private", "ca", "user", "sigv4",
  "retries", "since", "to", "per_host", "pause", "backoff",
}
local known = {}
for _, key in ipairs(KEYS) do known[key] = true end

local AGAIN = { [429] = true, [502] = true, [503] = true, [504] = true }
local REPEATABLE = { GET = true, HEAD = true, PUT = true, DELETE = true, OPTIONS = true }
local RETRIES, BACKOFF_S, LONGEST_WAIT_S, PER_HOST = 2, 0.5, 60, 6

local function check_keys(options)
  for key in pairs(options) do
    if not known[key] then error(("http: there is no option '%s'.%s"):format(tostring(key), suggest.hint(tostring(key), KEYS)), 0) end
  end
end

--- options over the client's defaults; headers by name. Names that differ in case only are one.
local function merge(defaults, options)
  local merged, names, headers = {}, {}, {}
  for _, from in ipairs { defaults, options } do
    check_keys(from)
    for key, value in pairs(from) do merged[key] = value end
    for name, value in pairs(from.headers or {}) do
      local old = names[name:lower()]
      if old then headers[old] = nil end
      names[name:lower()], headers[name] = name, value
    end
  end
  merged.headers = headers
  return merged
end

--- Asks for what changed since an earlier response, or { etag =, last_modified = }.
local function add_conditions(order)
  local since = order.since
  if not since then return end
  if since.etag then order.headers["If-None-Match"] = since.etag end
  if since.last_modified then order.headers["If-Modified-Since"] = since.last_modified end
end

local function host_of(url) return ((url:match("^%a+://([^/?#]*)") or ""):gsub("^.*@", ""):lower()) end

--- ---- where the body goes

--- Gives each piece to the function `to`, which may wait.
local function drain(response, to)
  while true do
    local bytes, err = response:read()
    if err then return nil, err end
    if not bytes then return true end
    local ok, why = to(bytes)
    if ok == nil and why ~= nil then return nil, why end
  end
end

local function info(response)
  local copy = {}
  for _, key in ipairs { "status", "ok", "not_modified", "url", "version", "headers", "etag", "last_modified", "retry_after" } do copy[key] = response[key] end
  return copy
end

local function stream_to(order, to)
  local response <close>, err = core.open(order)
  if not response then return nil, err end
  local result = info(response)
  if not response.ok then return result end
  local ok, why = drain(response, to)
  if not ok then return nil, why end
  return result
end

--- Written beside and renamed: there is the whole file or none.
local function save_to(order, path)
  local part = path .. ".part"
  local function write()
    local file <close>, refused = fs.open(part, "w")
    if not file then return nil, refused end
    local result, err = stream_to(order, function(bytes) return file:write(bytes) end)
    if not result or not result.ok then return result, err end
    local synced, why = file:sync()
    if not synced then return nil, why end
    return result
  end
  local result, err = write()
  if result and result.ok then
    local renamed, why = fs.rename(part, path)
    if renamed then return result end
    result, err = nil, why
  end
  if fs.exists(part) then fs.remove(part) end
  return result, err
end

local function ask(order)
  local to = order.to
  if to == nil then return core.request(order) end
  if type(to) == "string" then return save_to(order, to) end
  return stream_to(order, to)
end

--- ---- again

--- Seconds to wait before the next try, or nil when there is none.
local function wait_before_next(order, try, result, err)
  local left = try <= (order.retries or RETRIES) and REPEATABLE[order.method]
  if not left or type(order.to) == "function" then return nil end
  if err and not (err.code == "io" or err.code == "timeout") then return nil end
  if result and not AGAIN[result.status] then return nil end
  local wait = result and result.retry_after or (order.backoff or BACKOFF_S) * 2 ^ (try - 1) * (0.5 + math.random())
  return wait <= LONGEST_WAIT_S and wait or nil
end

--- ---- a client

---@class lede.http.Client
local Client = {}
Client.__index = Client

local function host_entry(client, host)
  local entry = client.hosts[host]
  if not entry then
    entry = { gate = task.gate(client.per_host), next_at = 0 }
    client.hosts[host] = entry
  end
  return entry
end

--- At most per_host at once, and `pause` seconds between two beginnings.
local function ask_politely(client, order)
  local entry = host_entry(client, host_of(order.url))
  local _ <close> = entry.gate:enter()
  if client.pause > 0 then
    local now = timer.now()
    local at = math.max(now, entry.next_at)
    entry.next_at = at + client.pause
    if at > now then timer.sleep(at - now) end
  end
  return ask(order)
end

--- Makes a request. Gives the response, whatever its status, or nil and why there is none.
function Client:request(options)
  local order = merge(self.defaults, options)
  order.method = order.method or "GET"
  add_conditions(order)
  for try = 1, math.huge do
    local result, err = ask_politely(self, order)
    local wait = wait_before_next(order, try, result, err)
    if not wait then return result, err end
    timer.sleep(wait)
  end
end

--- Makes a request and gives its response as soon as the head is there; response:read() gives the body piece by piece.
function Client:open(url, options)
  local order = merge(self.defaults, options or {})
  order.url = url
  add_conditions(order)
  return core.open(order)
end

local function with(options, method, url, body)
  local order = { method = method, url = url, body = body }
  for key, value in pairs(options or {}) do
    if order[key] == nil then order[key] = value end
  end
  return order
end

function Client:get(url, options) return self:request(with(options, "GET", url)) end
function Client:head(url, options) return self:request(with(options, "HEAD", url)) end
function Client:post(url, body, options) return self:request(with(options, "POST", url, body)) end
function Client:put(url, body, options) return self:request(with(options, "PUT", url, body)) end
function Client:delete(url, options) return self:request(with(options, "DELETE", url)) end

--- A client with defaults for every request of its own, and its own count of requests to a host.
function M.client(options)
  options = options or {}
  check_keys(options)
  local defaults = {}
  for key, value in pairs(options) do defaults[key] = value end
  defaults.per_host, defaults.pause = nil, nil
  return setmetatable({ defaults = defaults, hosts = {}, per_host = options.per_host or PER_HOST, pause = options.pause or 0 }, Client)
end

local own = M.client()

function M.request(options) return own:request(options) end
function M.open(url, options) return own:open(url, options) end
function M.get(url, options) return own:get(url, options) end
function M.head(url, options) return own:head(url, options) end
function M.post(url, body, options) return own:post(url, body, options) end
function M.put(url, body, options) return own:put(url, body, options) end
function M.delete(url, options) return own:delete(url, options) end

return M
