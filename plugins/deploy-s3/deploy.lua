--- One deployment: the manifest of the live tree against what the bucket has.
local compress = require("lede.compress")
local deploy = require("lede.deploy")
local fs = require("lede.fs")
local hash = require("lede.hash")
local http = require("lede.http")
local kinds = require("lede.kinds")
local secret = require("lede.secret")
local task = require("lede.task")

local sigv4 = require("plugins.deploy-s3.sigv4")

local M = {}

local EMPTY = hash.sha256("")

--- ---- a request

local Bucket = {}
Bucket.__index = Bucket

local function open_bucket(options)
  local id, no_id = secret.read(options.key_id)
  local key, no_key = secret.read(options.key)
  if not id or not key then return nil, no_id or no_key end
  return setmetatable({
    base = (options.bucket ~= "" and "/" .. options.bucket or "") .. (options.prefix ~= "" and "/" .. options.prefix:gsub("^/+", ""):gsub("/+$", "") or ""),
    endpoint = options.endpoint, host = options.endpoint:match("^%a+://(.*)$"), options = options, signer = sigv4.signer(id, key, options.region),
    client = http.client { per_host = options.at_once, retries = 3, private = options.private, redirects = 0, timeout = 120 },
  }, Bucket)
end

--- Gives true, or nil and the problem.
function Bucket:request(method, path, body, headers, judge)
  headers.host, headers["x-amz-date"] = self.host, os.date("!%Y%m%dT%H%M%SZ")
  headers["x-amz-content-sha256"] = body and hash.sha256(body) or EMPTY
  local request = { method = method, path = sigv4.encode_path(self.base .. "/" .. path), headers = headers }
  headers.authorization = sigv4.authorization(self.signer, request)
  local response, err = self.client:request { url = self.endpoint .. request.path, method = method, body = body, headers = headers }
  if method == "DELETE" and response and response.status == 404 then return true end
  local ok, problem = judge(response, err)
  if not ok then problem.message = ("%s %s: %s"):format(method, path, problem.message) end
  return ok, problem
end

--- ---- what is sent of a file

--- The files that the bucket gets of one of the site: { name, headers, pack } each; pack is how its bytes become those that are sent.
local function parts_of(path, size, options)
  local plain = { name = path, headers = { ["content-type"] = kinds.type_of(path), ["cache-control"] = options.cache[deploy.class_of(path)] } }
  if options.compress == "none" or not kinds.is_compressible(path, size) then return { plain } end
  local function packed(name, encoding, pack)
    return { name = name, pack = pack, headers = { ["content-type"] = plain.headers["content-type"], ["cache-control"] = plain.headers["cache-control"], ["content-encoding"] = encoding } }
  end
  if options.compress == "gzip" then return { packed(path, "gzip", compress.gzip) } end
  return { plain, packed(path .. ".gz", "gzip", compress.gzip), packed(path .. ".br", "br", compress.brotli) }
end

--- Tells whether the bucket has it already: of the bytes and of how they are sent.
local function print_of(sum, parts)
  local words = { sum }
  for _, part in ipairs(parts) do
    words[#words + 1] = part.name
    for _, name in ipairs { "content-type", "cache-control", "content-encoding" } do words[#words + 1] = part.headers[name] or "" end
  end
  return hash.sha256(table.concat(words, "\n")):sub(1, 32)
end

local function put_file(self, file)
  local bytes, err = task.in_place(fs.read, self.tree .. "/" .. file.path)
  if not bytes or hash.sha256(bytes) ~= file.sum then
    return nil, { message = ("%s is not what was published: %s"):format(file.path, tostring(err or "a newer site, whose own delivery follows")) }
  end
  for _, part in ipairs(file.parts) do
    local body = bytes
    if part.pack then body, err = part.pack(bytes) end
    if not body then return nil, { message = tostring(err) } end
    local ok, problem = self.bucket:request("PUT", part.name, body, part.headers, self.judge)
    if not ok then return nil, problem end
  end
  return self.remote:put(file)
end

local function delete_file(self, file)
  for _, part in ipairs(parts_of(file.path, math.huge, self.options)) do
    local ok, problem = self.bucket:request("DELETE", part.name, nil, {}, self.judge)
    if not ok then return nil, problem end
  end
  return self.remote:gone(file)
end

--- ---- all of it

--- Does one turn; the first problem ends it, and what is under way is waited for.
local function do_turn(self, turn, fn)
  local problem
  task.limit(self.options.at_once, turn, function(file)
    if problem then return end
    local ok, why = fn(self, file)
    if not ok then problem = problem or why end
  end)
  return not problem, problem
end

--- Brings the bucket up to the live tree.
---@param options table
---@param row table
---@param desk lede.DeliveryDesk
function M.run(options, row, desk)
  local bucket, no_key = open_bucket(options)
  if not bucket then return nil, no_key end
  local self = { bucket = bucket, options = options, judge = desk.judge, tree = desk.workspace.output }
  local function turn_by(fn)
    return function(turn, remote)
      self.remote = remote
      return do_turn(self, turn, fn)
    end
  end
  return deploy.run(desk, row, {
    prints = function(files)
      for path, file in pairs(files) do
        file.parts = parts_of(path, file.size, options)
        file.print = print_of(file.sum, file.parts)
      end
    end,
    send = turn_by(put_file), remove = turn_by(delete_file),
  })
end

return M
