--- blast: as many deliveries as a test wants, to as many targets; see deliveries.py.
local function path_of(target, i)
  if target.kind ~= "good" and i % target.every == 0 then return ("/flaky/%d/%s/%s/%d"):format(target.times, target.kind, target.name, i) end
  return ("/good/%s/%d"):format(target.name, i)
end

return {
  name = "blast",
  version = "0.1.0",
  lede = ">=0.1 <1",
  defaults = { targets = {}, each = 1, timeout = 1, pause = 0, wait_ms = 0 },
  apply = function(site, options)
    for _, target in ipairs(options.targets) do
      site:target {
        name = target.name, at_once = 4, timeout = options.timeout, pause = options.pause > 0 and options.pause or nil,
        send = function(row, desk)
          local url = ("http://127.0.0.1:%d%s?ms=%d"):format(target.port, path_of(target, row.data.i), options.wait_ms)
          return desk.judge(desk.http:post(url, "x", { private = true, headers = { ["Idempotency-Key"] = row.key } }))
        end,
      }
    end
    site:on("deliver", function(release)
      local rows = {}
      for _, target in ipairs(release.is_first and options.targets or {}) do
        for i = 1, options.each do rows[#rows + 1] = { target = target.name, key = ("%s-%d"):format(target.name, i), data = { i = i } } end
      end
      return rows
    end)
  end,
}
