--- deploy-rsync: brings a folder elsewhere up to the site that is live, by rsync: what changed, pages before lists before feeds.
return {
  name = "deploy-rsync",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = { to = "", ssh = "", options = {}, timeout = 3600 },
  apply = function(site, options)
    if options.to == "" then return lede.log.warn("deploy-rsync: left out, for it does not say where `to`") end
    if options.to:sub(1, 1) == "-" then error("deploy-rsync: to is HOST:FOLDER or a folder", 0) end
    site:target {
      name = options.to, at_once = 1, timeout = options.timeout,
      send = function(row, desk) return require("plugins.deploy-rsync.deploy").run(options, row, desk) end,
    }
    site:on("deliver", function(release) return { { target = options.to, key = ("%016x"):format(release.stamp), subject = "site" } } end)
  end,
}
