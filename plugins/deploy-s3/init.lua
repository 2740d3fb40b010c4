--- deploy-s3: brings a bucket up to the site that is live: what changed and no more, pages before lists before feeds.
local secret = require("lede.secret")

local COMPRESS = { none = true, gzip = true, variants = true }

local function check(options)
  for _, name in ipairs { "key_id", "key" } do
    local ok, how = secret.check(options[name])
    if not ok then error(("deploy-s3: %s: %s"):format(name, how), 0) end
  end
  if not options.endpoint:find("^https?://[^/]+$") then error("deploy-s3: endpoint is \"https://HOST\", without a path", 0) end
  if not COMPRESS[options.compress] then error("deploy-s3: compress is none, gzip or variants", 0) end
end

return {
  name = "deploy-s3",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = {
    endpoint = "", bucket = "", prefix = "", region = "us-east-1", key_id = "env:AWS_ACCESS_KEY_ID", key = "env:AWS_SECRET_ACCESS_KEY", at_once = 64,
    compress = "none", cache = { pages = "public, max-age=60", feeds = "public, max-age=300", files = "public, max-age=86400" }, timeout = 3600,
    private = false,
  },
  apply = function(site, options)
    if options.endpoint == "" then return lede.log.warn("deploy-s3: left out, for it has no endpoint") end
    check(options)
    local name = options.endpoint .. "/" .. options.bucket
    site:target {
      name = name, at_once = 1, timeout = options.timeout,
      send = function(row, desk) return require("plugins.deploy-s3.deploy").run(options, row, desk) end,
    }
    site:on("deliver", function(release)
      return { { target = name, key = ("%016x"):format(release.stamp), subject = "site" } }
    end)
  end,
}
