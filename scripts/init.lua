--- lede init DIR: a new site that publishes as it stands.
local CONFIG = [[
return {
  title = %q,
  base_url = "", -- the address it will have, "https://news.example": feeds and sitemaps need it
  lang = "en",
  timezone = "UTC",
}
]]

local ARTICLE = [[
---
id: %s
title: Hello, readers
date: %s
section: News
---

This is the first article. Edit `content/news/hello-readers.md`, or start another:

    lede new article "Two ministers spoke on the phone" --section Politics

## What happens next

Run `lede publish` and look into `public/`.
]]

local LUARC = [[{ "runtime.version": "Lua 5.4", "workspace.library": [%s] }
]]

local IGNORE = "/public/\n/.public.*\n/var/\n"

local function write_new(fs, path, text)
  if fs.exists(path) then return true end
  return fs.write(path, text)
end

return function(lede, args)
  local fs, host = lede.fs, require("lede.host")
  local dir = args[1]
  if not dir then return nil, "init where? lede init DIR", 2 end
  if fs.exists(dir .. "/lede.lua") then
    return nil, ("'%s' is a site already"):format(dir)
  end
  local title = args.title or dir:match("([^/]+)/*$") or "News"
  local types = host.type_dir()
  local files = {
    { "lede.lua", CONFIG:format(title) },
    { "content/news/hello-readers.md", ARTICLE:format(host.ulid(), lede.time.rfc3339(host.now())) },
    { ".luarc.json", LUARC:format(types and lede.json.encode(types) or "") },
    { ".gitignore", IGNORE },
  }
  for _, sub in ipairs { "content/news", "layouts", "plugins", "static", "data" } do
    local ok, err = fs.mkdir(dir .. "/" .. sub)
    if not ok then return nil, err end
  end
  for _, file in ipairs(files) do
    local ok, err = write_new(fs, dir .. "/" .. file[1], file[2])
    if not ok then return nil, err end
  end
  if not args.quiet then
    io.stderr:write(("A site is in %s. Publish it: lede publish -s %s\n"):format(dir, dir))
  end
  return 0
end
