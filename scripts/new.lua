--- lede new article TITLE: a file under content/, with an id of its own; prints its path.
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

return function(lede, args)
  if args[1] ~= "article" then return nil, "new what? lede new article \"A headline\"", 2 end
  local path, message, status = article(lede, args)
  if not path then return nil, message, status end
  print(args.json and lede.json.encode({ path = path }) or path)
  return 0
end
