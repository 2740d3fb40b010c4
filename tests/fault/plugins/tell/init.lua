--- tell: wants each file told that comes, changes or goes; see points.lua.
return {
  name = "tell",
  version = "0.1.0",
  lede = ">=0.1 <1",
  apply = function(site)
    site:target { name = "nobody", send = function() return nil, "nobody is there" end }
    site:on("deliver", function(release)
      local rows = {}
      for i, change in ipairs(release.changes) do
        rows[i] = { target = "nobody", key = change.what == "gone" and "- " .. change.path or change.sha256 .. " " .. change.path }
      end
      return rows
    end)
  end,
}
