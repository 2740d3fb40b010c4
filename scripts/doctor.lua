--- lede doctor: looks at the site and the machine, says what is there and what is wrong.
local host = require("lede.host")
local pictures = require("lede.pictures")
local templates = require("lede.templates")
local workspace = require("lede.workspace")

local function add(findings, ok, what, remedy) findings[#findings + 1] = { ok = ok, what = what, remedy = not ok and remedy or nil } end

local function look_at_site(lede, args, findings)
  local site, message = workspace.open(args)
  if not site then
    add(findings, false, "site: " .. message, "mend lede.lua, or name the site: -s DIR")
    return
  end
  add(findings, true, "site: " .. site.config.title .. " in " .. site.root)
  add(findings, site.has_config, "lede.lua", "without one every setting has its default: lede init shows what a file says")
  add(findings, site.config.base_url ~= "", "base_url: " .. (site.config.base_url ~= "" and site.config.base_url or "none"),
    "feeds, sitemaps and canonical links are left out: base_url = \"https://news.example\"")
  local wants = site.config.pictures and site.config.pictures.widths
  local has = pictures.has_program()
  add(findings, has or not wants, "vipsthumbnail: " .. (has and "there" or "not there") .. (wants and "" or "; lede.lua asks for no variants of pictures"), "pictures keep one size: apt-get install libvips-tools")
  add(findings, lede.fs.is_dir(site.root .. "/" .. site.config.content), "content: " .. site.config.content .. "/", "make the folder, or name another: content = \"posts\"")
  local zone_ok, why = pcall(lede.time.format, 0, "%Y", { zone = site.config.timezone })
  add(findings, zone_ok, "timezone: " .. site.config.timezone, not zone_ok and tostring(why) or nil)
  local registry, problem = workspace.plugins(site)
  if registry then
    local names = {}
    for i, p in ipairs(registry.plugins) do names[i] = p.name .. " " .. (p.version or "?") end
    add(findings, true, "plugins: " .. table.concat(names, ", "))
  else
    add(findings, false, "plugins: " .. problem, "mend the plugin, or take it out of plugins = { … }")
  end
  local file = site.store:match("^sqlite:(.+)$")
  if file and lede.fs.exists(file) then
    local store <close>, err = lede.store.open(site.store)
    local head = store and store:head()
    add(findings, head ~= nil, head and ("store: %d articles, change %d"):format(head.articles, head.seq) or "store: " .. tostring(err), "keep a copy of the file and tell us")
  else
    add(findings, true, "store: none yet; publish makes it at " .. tostring(file or site.store))
  end
end

--- lede doctor --templates: each name, the file that answers and why; whether it compiles.
local function show_templates(lede, args)
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local registry, problem = workspace.plugins(site)
  if not registry then return nil, problem end
  local all = templates.all(registry.plugins, function(root, below)
    local folder = (root == "site" and site.root or tostring(host.plugin_dir())) .. "/" .. below
    local names = {}
    for _, path in ipairs(lede.fs.is_dir(folder) and lede.fs.walk(folder) or {}) do
      if not path:find("/", 1, true) then names[#names + 1] = path end
    end
    return names
  end)
  local broken = 0
  for _, entry in ipairs(all) do
    local source, shown = templates.template(entry.name, registry.plugins)
    local ok, wrong = pcall(lede.template.check, source or "", shown or entry.file)
    if not ok then
      entry.error = tostring(wrong)
      broken = broken + 1
    end
  end
  if args.json then
    for _, entry in ipairs(all) do lede.json.array(entry.hidden) end
    print(lede.json.encode { templates = lede.json.array(all), problems = broken })
    return broken == 0 and 0 or 3
  end
  for _, entry in ipairs(all) do
    print(("%s %-12s %s   (%s)"):format(entry.error and "look " or "ok   ", entry.name, entry.file, entry.why))
    for _, file in ipairs(entry.hidden) do print((" "):rep(19) .. "not " .. file) end
    if entry.error then print("      " .. entry.error:gsub("\n", "\n      ")) end
  end
  return broken == 0 and 0 or 3
end

return function(lede, args)
  if args.templates then return show_templates(lede, args) end
  local findings = {}
  add(findings, true, "lede " .. host.version() .. ", " .. _VERSION .. ", program " .. tostring(host.program()))
  add(findings, host.plugin_dir() ~= nil, "installed plugins: " .. tostring(host.plugin_dir()), "set LEDE_PLUGINS, or run make install again")
  add(findings, true, "workers are shut in by: " .. host.sandbox())
  look_at_site(lede, args, findings)
  local bad = 0
  for _, finding in ipairs(findings) do
    if not finding.ok then bad = bad + 1 end
  end
  if args.json then
    print(lede.json.encode { findings = lede.json.array(findings), problems = bad })
  else
    for _, finding in ipairs(findings) do
      print((finding.ok and "ok    " or "look  ") .. finding.what .. (finding.remedy and "\n      " .. finding.remedy or ""))
    end
  end
  return bad == 0 and 0 or 3
end
