--- lib.scenes: moments in the life of a small site at which a publication is disturbed. Each begins with a site as it was published
--- (or was not yet) and the edits since.
local fs = require("lede.fs")

local M = {}

local function write(path, text)
  assert(fs.mkdir(path:match("^(.*)/")))
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
end

local function article(site, name, title, body)
  write(("%s/content/notes/%s.md"):format(site, name), ("---\ntitle: %s\ndate: 2024-02-03T10:00:00Z\ntags: [river]\nauthors: [Anna Berg]\n---\n%s\n"):format(title, body))
end

local function plain(site, plugins)
  write(site .. "/lede.lua", ('return { title = "Plain", base_url = "https://plain.example", permalink = "/:slug/", plugins = { %s } }\n'):format(plugins))
  article(site, "one", "One", "First text.\n\n| a | b |\n|---|---|\n| 1 | 2 |")
  article(site, "two", "Two", "Second text, with [a link](/one/) and ![a picture](/a.svg).")
  article(site, "three", "Three", "Third text.\n\n## A heading\n\nMore.")
  write(site .. "/static/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>\n')
  write(site .. "/static/robots.txt", "User-agent: *\n")
end

local function change(site)
  article(site, "two", "Two", "Second text, changed.")
  article(site, "four", "Four", "A new one.")
  os.remove(site .. "/content/notes/three.md")
  write(site .. "/static/robots.txt", "User-agent: nobody\n")
end

--- The retired tree is worked on again when it is old enough: it is made so.
local function age(site)
  for _, name in ipairs { ".public.standby", ".public.standby2" } do os.execute(("touch -c -d '1 hour ago' '%s/%s/.lede-manifest'"):format(site, name)) end
end

--- { name, make(site, publish), told }: after make the disturbed publication begins. told: plugin tell wants each difference told.
M.list = {
  { name = "first", make = function(site) plain(site, '"plain", "rss"') end },
  { name = "second", make = function(site, publish)
    plain(site, '"plain", "rss", "sitemap"')
    publish()
    change(site)
  end },
  { name = "later", make = function(site, publish)
    plain(site, '"plain", "rss", "redirects"')
    publish()
    article(site, "one", "One", "First text again.")
    publish()
    article(site, "five", "Five", "Fifth.")
    publish()
    age(site)
    change(site)
  end },
  { name = "told", told = true, make = function(site, publish)
    plain(site, '"plain", "tell"')
    write(site .. "/lede.lua", (fs.read(site .. "/lede.lua"):gsub("plugins =", "deliver = { seconds = 0 }, plugins =")))
    publish()
    change(site)
  end },
}

return M
