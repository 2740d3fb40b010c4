--- One deployment: the manifest of the live tree against what the bucket has.
local compress = require("lede.compress")
local delivery = require("lede.delivery")
local fs = require("lede.fs")
local hash = require("lede.hash")
local http = require("lede.http")
local secret = require("lede.secret")
local task = require("lede.task")

local kinds = require("plugins.deploy-s3.kinds")
local remote_of = require("plugins.deploy-s3.remote")
local sigv4 = require("plugins.deploy-s3.sigv4")

local M = {}

local EMPTY = hash.sha256("")

--- The files of a tree of lede's by path.
---@param tree string
---@return table<string, { sum: string, size: integer }>|nil, any
function M.manifest(tree)
  local text, err = fs.read(tree .. "/.lede-manifest")
  if not text then return nil, err end
  local files = {}
  for sum, size, path in text:gmatch("\n(%x+) (%d+) ([^\n]+)") do
    if #sum == 64 then files[path] = { sum = sum, size = math.tointeger(size) } end
  end
  return files
end

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
  local plain = { name = path, headers = { ["content-type"] = kinds.type_of(path), ["cache-control"] = options.cache[kinds.class_of(path)] } }
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
  return self.remote:put(file.path, file.print)
end

local function delete_file(self, file)
  for _, part in ipairs(parts_of(file.path, math.huge, self.options)) do
    local ok, problem = self.bucket:request("DELETE", part.name, nil, {}, self.judge)
    if not ok then return nil, problem end
  end
  return self.remote:gone(file.path)
end

--- ---- all of it

--- What differs, in turns: each is a list; what goes comes last.
local function plan(self, files)
  local turns = { {}, {}, {}, {}, {} }
  local function is_article(path) return self.store:get(delivery.url_of(path)) ~= nil end
  for path, file in pairs(files) do
    local parts = parts_of(path, file.size, self.options)
    local print_now = print_of(file.sum, parts)
    if self.remote.has[path] ~= print_now then
      local turn = turns[kinds.turn_of(path, is_article)]
      turn[#turn + 1] = { path = path, sum = file.sum, parts = parts, print = print_now }
    end
  end
  for path in pairs(self.remote.has) do
    if not files[path] then turns[5][#turns[5] + 1] = { path = path } end
  end
  for _, turn in ipairs(turns) do table.sort(turn, function(a, b) return a.path < b.path end) end
  return turns
end

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

local function as_problem(why) return type(why) == "table" and why.message and why or { message = tostring(why) } end

--- Brings the bucket up to the live tree. What was done before a failure is done.
---@param options table
---@param row table
---@param desk lede.DeliveryDesk
function M.run(options, row, desk)
  local folder = desk.workspace.var .. "/deploy"
  local made, refused = fs.mkdir(folder)
  if not made then return nil, tostring(refused) end
  local bucket, no_key = open_bucket(options)
  if not bucket then return nil, no_key end
  local files, err = M.manifest(desk.workspace.output)
  if not files then return nil, tostring(err) end
  local self = {
    bucket = bucket, options = options, store = desk.store, judge = desk.judge, tree = desk.workspace.output,
    remote = remote_of.open(("%s/%s"):format(folder, hash.sha256(row.target):sub(1, 16))),
  }
  local count = 0
  for n, turn in ipairs(plan(self, files)) do
    local ok, problem = do_turn(self, turn, n < 5 and put_file or delete_file)
    if not ok then
      self.remote:flush()
      return nil, as_problem(problem)
    end
    count = count + #turn
  end
  local ok, why = self.remote:compact()
  if not ok then return nil, tostring(why) end
  return true, count .. " files"
end

return M
