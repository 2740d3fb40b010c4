--- webhook: tells partners of each article that came, changed or was taken back, by a signed POST.
local secret = require("lede.secret")

local KEYS = { name = "string", url = "string", secret = "string", file = "string", type = "string", section = "string", tag = "string", private = "boolean", at_once = "number", timeout = "number" }

local function check(endpoint)
  if type(endpoint) ~= "table" or not endpoint.name or not endpoint.url then error("webhook: each of `endpoints` has a name and a url", 0) end
  for key, value in pairs(endpoint) do
    if type(value) ~= KEYS[key] then error(("webhook: endpoint '%s': %s is no option, or no %s"):format(endpoint.name, tostring(key), tostring(KEYS[key])), 0) end
  end
  if endpoint.secret then
    local ok, how = secret.check(endpoint.secret)
    if not ok then error(("webhook: endpoint '%s': secret: %s"):format(endpoint.name, how), 0) end
  end
end

return {
  name = "webhook",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = { endpoints = {}, days = 7 },
  apply = function(site, options)
    for _, endpoint in ipairs(options.endpoints) do
      check(endpoint)
      site:target {
        name = endpoint.name, at_once = endpoint.at_once, timeout = endpoint.timeout,
        send = function(row, desk) return require("plugins.webhook.push").send(endpoint, row, desk) end,
      }
    end
    site:on("deliver", function(release) return require("plugins.webhook.items").of(release, options) end)
  end,
}
