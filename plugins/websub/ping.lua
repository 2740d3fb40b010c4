--- The request to the hub.
local M = {}

local function encode(text) return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end)) end

--- The form that hubs take: hub.topic is how the standard's text calls it, hub.url how most hubs do.
---@param topic string
function M.body(topic) return ("hub.mode=publish&hub.topic=%s&hub.url=%s"):format(encode(topic), encode(topic)) end

function M.send(options, row, desk)
  local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
  return desk.judge(desk.http:post(options.hub, M.body(row.data.topic), { headers = headers, private = options.private }))
end

return M
