--- AWS Signature Version 4, as every store of that kind takes it. The time is given: nothing here looks at a clock.
local hash = require("lede.hash")

local M = {}

local function encode(text) return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end)) end

--- A path as it is signed and sent.
---@param path string
function M.encode_path(path) return (path:gsub("[^/]+", encode)) end

--- The key of a day, which is the same for all requests of it.
---@param secret string
---@param day string "20130524"
---@param region string
---@param service string
---@return string
function M.key(secret, day, region, service)
  local key = hash.hmac_sha256("AWS4" .. secret, day, true)
  for _, part in ipairs { region, service, "aws4_request" } do key = hash.hmac_sha256(key, part, true) end
  return key
end

---@class lede.SignedRequest
---@field method string
---@field path string      encoded
---@field headers table<string, string> all of these are signed; with host, x-amz-date and x-amz-content-sha256

local function sorted_names(headers)
  local lower, names = {}, {}
  for name, value in pairs(headers) do
    lower[name:lower()] = value
    names[#names + 1] = name:lower()
  end
  table.sort(names)
  return names, lower
end

--- What is signed: the request in one form that both sides can make.
---@param request lede.SignedRequest
---@return string canonical, string signed_names
function M.canonical(request)
  local names, lower = sorted_names(request.headers)
  local lines = { request.method, request.path, "" }
  for _, name in ipairs(names) do lines[#lines + 1] = name .. ":" .. lower[name]:gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s+", " ") end
  local signed = table.concat(names, ";")
  lines[#lines + 1] = ""
  lines[#lines + 1] = signed
  lines[#lines + 1] = lower["x-amz-content-sha256"]
  return table.concat(lines, "\n"), signed
end

---@class lede.Signer
---@field id string      of the key
---@field region string
---@field service string
---@field key_of fun(day: string): string

--- Signs with one key.
---@param id string
---@param secret string
---@param region string
---@param service? string
---@return lede.Signer
function M.signer(id, secret, region, service)
  service = service or "s3"
  local day_of, key
  return {
    id = id, region = region, service = service,
    key_of = function(day)
      if day ~= day_of then day_of, key = day, M.key(secret, day, region, service) end
      return key
    end,
  }
end

--- The value of Authorization.
---@param signer lede.Signer
---@param request lede.SignedRequest
---@return string
function M.authorization(signer, request)
  local canonical, names = M.canonical(request)
  local date = request.headers["x-amz-date"]
  local day = date:sub(1, 8)
  local scope = ("%s/%s/%s/aws4_request"):format(day, signer.region, signer.service)
  local text = ("AWS4-HMAC-SHA256\n%s\n%s\n%s"):format(date, scope, hash.sha256(canonical))
  return ("AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s"):format(signer.id, scope, names, hash.hmac_sha256(signer.key_of(day), text))
end

return M
