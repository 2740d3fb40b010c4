--- indexnow: tells search engines which pages came, changed and went (indexnow.org), and publishes the file that proves the key.
return {
  name = "indexnow",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = { key = "", endpoint = "https://api.indexnow.org/indexnow", pages = false, private = false },
  apply = function(site, options)
    if site.base_url == "" or options.key == "" then
      lede.log.warn("indexnow: left out, for it needs base_url in lede.lua and a key of 8 to 128 letters, digits and dashes")
      return
    end
    if not options.key:find("^[%w-]+$") or #options.key < 8 or #options.key > 128 then error("indexnow: key: 8 to 128 letters, digits and dashes", 0) end
    site:route { name = "key", path = "/" .. options.key .. ".txt", render = function() return options.key end }
    site:target {
      name = options.endpoint,
      send = function(row, desk) return require("plugins.indexnow.submit").send(options, row, desk) end,
    }
    site:on("deliver", function(release) return require("plugins.indexnow.urls").of(release, options) end)
  end,
}
