--- The request to the search engines.
local json = require("lede.json")

local M = {}

---@param base_url string
---@param key string
---@param urls string[]
function M.body(base_url, key, urls)
  return json.encode {
    host = base_url:match("^%a+://([^/:]+)"), key = key, keyLocation = ("%s/%s.txt"):format(base_url, key), urlList = json.array(urls),
  }
end

function M.send(options, row, desk)
  local body = M.body(desk.config.base_url, options.key, row.data.urls)
  local headers = { ["Content-Type"] = "application/json; charset=utf-8" }
  return desk.judge(desk.http:post(options.endpoint, body, { headers = headers, private = options.private }))
end

return M
