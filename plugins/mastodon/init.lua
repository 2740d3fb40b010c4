--- mastodon: posts a line and a link for each new article: an example of an API that is somebody else's.
local secret = require("lede.secret")

local VISIBILITY = { public = true, unlisted = true, private = true, direct = true }

return {
  name = "mastodon",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = {
    server = "", token = "env:MASTODON_TOKEN", text = "{title}\n\n{url}\n\n{tags}", visibility = "public", hours = 48, section = "", limit = 500,
    pause = 2, private = false,
  },
  apply = function(site, options)
    if options.server == "" or site.base_url == "" then return lede.log.warn("mastodon: left out, for it needs `server` and base_url in lede.lua") end
    if not options.server:find("^https?://[^/]+$") then error("mastodon: server is \"https://HOST\"", 0) end
    if not VISIBILITY[options.visibility] then error("mastodon: visibility is public, unlisted, private or direct", 0) end
    local ok, how = secret.check(options.token)
    if not ok then error("mastodon: token: " .. how, 0) end
    site:target {
      name = options.server, at_once = 1, pause = options.pause,
      send = function(row, desk) return require("plugins.mastodon.post").send(options, row, desk) end,
    }
    site:on("deliver", function(release) return require("plugins.mastodon.post").of(release, options) end)
  end,
}
