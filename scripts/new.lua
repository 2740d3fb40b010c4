--- lede new article TITLE: a file under content/, with an id of its own. lede new layout|plugin NAME: a folder under plugins/
--- that works as it stands. Prints what was made.
local scaffold = require("lede.scaffold")
local workspace = require("lede.workspace")

local function yaml_text(s) return '"' .. s:gsub('[\\"]', "\\%0"):gsub("%c", " ") .. '"' end

local function front_matter(args, title, date)
  local lines = { "---", "id: " .. require("lede.host").ulid(), "title: " .. yaml_text(title), "date: " .. date }
  if args.section then lines[#lines + 1] = "section: " .. yaml_text(args.section) end
  if args.lang then lines[#lines + 1] = "lang: " .. yaml_text(args.lang) end
  if args.draft then lines[#lines + 1] = "draft: true" end
  lines[#lines + 1] = "---\n\n"
  return table.concat(lines, "\n")
end

local function article(lede, args)
  local title = args[2]
  if not title or title == "" then return nil, "which title? lede new article \"A headline\"", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local zone = site.config.timezone
  local at = require("lede.host").now()
  if args.date then
    local said, bad = lede.time.parse(args.date, { zone = zone })
    if not said then return nil, tostring(bad) end
    at = said
  end
  local folder = site.root .. "/" .. site.config.content .. (args.section and "/" .. lede.text.slug(args.section) or "")
  local path = folder .. "/" .. lede.text.slug(title) .. ".md"
  if lede.fs.exists(path) then return nil, ("'%s' is there already; nothing was written"):format(path) end
  local ok, err = lede.fs.mkdir(folder)
  if ok then ok, err = lede.fs.write(path, front_matter(args, title, lede.time.rfc3339(at, { zone = zone }))) end
  if not ok then return nil, tostring(err) end
  return path
end

--- Writes the files of a layout or plugin below plugins/.
local function plugin(lede, args)
  local kind, name = args[1], args[2]
  if not name or not name:find("^%l[%l%d-]*$") then
    return nil, ("which name? lower-case letters, digits and '-': lede new %s my-%s"):format(kind, kind), 2
  end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local folder = site.root .. "/plugins/" .. name
  if lede.fs.exists(folder) then return nil, ("'%s' is there already; nothing was written"):format(folder) end
  for below, text in pairs(scaffold[kind]) do
    local path = folder .. "/" .. below:gsub("NAME", name)
    local ok, err = lede.fs.mkdir(path:match("^(.*)/"))
    if ok then ok, err = lede.fs.write(path, (text:gsub("NAME", name))) end
    if not ok then return nil, tostring(err) end
  end
  return folder
end

local makers = { article = article, layout = plugin, plugin = plugin }

return function(lede, args)
  local make = makers[args[1]]
  if not make then return nil, "new what? lede new article \"A headline\", lede new layout NAME, lede new plugin NAME", 2 end
  local path, message, status = make(lede, args)
  if not path then return nil, message, status end
  print(args.json and lede.json.encode({ path = path }) or path)
  return 0
end
