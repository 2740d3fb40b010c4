--- lede.picture_table: what an edition knows of the site's own pictures, and what their articles are told. Desk only.
---
--- The table goes into edition.data["lede.pictures"]: "/images/a.png" for a file of static/, "news/piece/a.png" for one of
--- a bundle, by its path below content/. Each is { width, height, variants? = { { name, width } } }. What was found out of
--- a file is kept in var/pictures/index.json while its size and time stay.

local fs = require("lede.fs")
local json = require("lede.json")
local log = require("lede.log")
local picture = require("lede.picture")
local pictures = require("lede.pictures")

local M = {}

M.name = "lede.pictures"

local INDEX_VERSION = 1
local SHOWN_MAX = 200 -- characters of an address in a message

---@class lede.PictureTable
---@field data table<string, table>|nil  for edition.data; nil when the site has no pictures
---@field folder string                  var/pictures
---@field variants string[]              names of files in folder that the table uses, sorted
---@field bundled table[]                { file, shown, article, name }: pictures beside an index.md, which is the article
---@field notes table[]                  for the report: files that are no pictures

--- The part of lede.lua that decides about variants, as one text: other rules, other variants.
local function rule_of(options)
  if not options or not options.widths then return "" end
  return table.concat(options.widths, ",") .. "q" .. (options.quality or "")
end

local function read_index(folder, rule)
  local text = fs.read(folder .. "/index.json")
  local index = text and json.decode(text)
  if type(index) ~= "table" or index.version ~= INDEX_VERSION or type(index.files) ~= "table" then
    return { version = INDEX_VERSION, rule = rule, files = {}, is_new = true }
  end
  return index
end

--- Whether every variant of a remembered picture is still there.
local function has_variants(entry, folder)
  for _, variant in ipairs(entry.variants or {}) do
    if not fs.exists(folder .. "/" .. variant.name) then return false end
  end
  return true
end

--- What is found out of one file, to be remembered: size and time of the file, and of the picture width and height. What
--- the machine refuses says nothing of the picture and is not remembered: nil and why.
local function look_at(file, found)
  local size, err = picture.size(file)
  if err and (err.code == "io" or err.code == "no-memory") then return nil, err end
  local entry = { size = found.size, mtime = found.mtime }
  if size then
    entry.width, entry.height = size.width, size.height
  elseif err.code ~= "not-found" then -- an SVG may say no size
    entry.problem = err.message
  end
  return entry
end

--- Makes an entry's variants. It is whole when nothing is left to be made; what failed is tried again next time.
local function add_variants(entry, file, options, folder)
  local list, err = pictures.variants(file, { widths = options.widths, quality = options.quality, folder = folder })
  entry.variants, entry.problem, entry.whole = nil, nil, false
  if not list then
    entry.problem = tostring(err)
    return
  end
  entry.whole = pictures.has_program()
  if #list == 0 then return end
  entry.variants = {}
  for i, variant in ipairs(list) do entry.variants[i] = { name = variant.path:match("[^/]+$"), width = variant.width } end
end

--- Whether the folder of a file below content/, or one above it, has an index.md; that folder.
local function bundle_of(path, content, known)
  local folder = path:match("^(.*)/")
  while folder and folder ~= "" do
    if known[folder] == nil then
      known[folder] = fs.exists(content .. "/" .. folder .. "/index.md") and "index.md" or fs.exists(content .. "/" .. folder .. "/index.markdown") and "index.markdown" or false
    end
    if known[folder] then return folder, known[folder] end
    folder = folder:match("^(.*)/")
  end
end

--- Every picture of the site: key, file, shown name, and what its folder says of it.
local function gather(workspace, in_content)
  local all, bundled, known = {}, {}, {}
  local content = workspace.root .. "/" .. workspace.config.content
  if fs.is_dir(workspace.static) then
    local list, err = picture.find(workspace.static)
    if not list then return nil, err end
    for _, found in ipairs(list) do
      all[#all + 1] = { key = "/" .. found.path, file = workspace.static .. "/" .. found.path, shown = workspace.config.static .. "/" .. found.path, found = found }
    end
  end
  for _, found in ipairs(in_content) do
    local folder, index = bundle_of(found.path, content, known)
    if folder then
      local file = content .. "/" .. found.path
      all[#all + 1] = { key = found.path, file = file, shown = workspace.config.content .. "/" .. found.path, found = found }
      bundled[#bundled + 1] = { file = file, shown = workspace.config.content .. "/" .. found.path, article = folder .. "/" .. index, name = found.path:sub(#folder + 2) }
    end
  end
  return all, bundled
end

--- What is known of one picture: as remembered, or found out now. True when it is new; nil and why when it cannot be read.
local function know(index, one, rule, options, folder)
  local entry, fresh = index.files[one.key], false
  if not entry or entry.size ~= one.found.size or entry.mtime ~= one.found.mtime then
    local err
    entry, err = look_at(one.file, one.found)
    if not entry then return nil, err end
    fresh = true
  end
  if entry.width and rule ~= "" and not (entry.whole and index.rule == rule and has_variants(entry, folder)) then
    add_variants(entry, one.file, options, folder)
    fresh = true
  elseif rule == "" and (entry.variants or entry.whole) then
    entry.variants, entry.whole, fresh = nil, nil, true
  end
  return entry, fresh
end

--- Looks at every picture of static/ and of bundles. in_content: those of content/, as lede.picture.find or sync gives them.
---@param workspace lede.Workspace
---@param in_content lede.picture.File[]
---@return lede.PictureTable|nil, lede.Error|nil
function M.build(workspace, in_content)
  local options, folder = workspace.config.pictures, workspace.var .. "/pictures"
  local rule = rule_of(options)
  local made = { folder = folder, variants = {}, bundled = {}, notes = {} }
  local all, bundled = gather(workspace, in_content)
  if not all then return nil, bundled end
  made.bundled = bundled
  local index = read_index(folder, rule)
  if #all == 0 then
    if index.is_new or next(index.files) then M.remember(folder, rule, {}) end
    return made
  end
  local files, used, changed = {}, {}, index.rule ~= rule
  made.data = {}
  for _, one in ipairs(all) do
    local entry, fresh = know(index, one, rule, options, folder)
    if not entry then return nil, fresh end
    files[one.key], changed = entry, changed or fresh
    if entry.width then made.data[one.key] = { width = entry.width, height = entry.height, variants = entry.variants and json.array(entry.variants) } end
    if entry.problem then made.notes[#made.notes + 1] = { kind = "picture", level = "warning", file = one.shown, line = 0, message = entry.problem } end
    for _, variant in ipairs(entry.variants or {}) do used[variant.name] = true end
  end
  for key in pairs(index.files) do changed = changed or not files[key] end
  for name in pairs(used) do made.variants[#made.variants + 1] = name end
  table.sort(made.variants)
  if changed then M.remember(folder, rule, files) end
  return made
end

--- The pictures of content/ for a publication that does not look at it: as they were when that was last done.
---@param workspace lede.Workspace
---@return lede.picture.File[]|nil, lede.Error|nil
function M.remembered(workspace)
  local index = read_index(workspace.var .. "/pictures", "")
  local content = workspace.root .. "/" .. workspace.config.content
  if index.is_new then
    if not fs.is_dir(content) then return {} end
    return picture.find(content)
  end
  local list, names = {}, {}
  for name in pairs(index.files) do
    if name:sub(1, 1) ~= "/" then names[#names + 1] = name end
  end
  table.sort(names)
  for i, name in ipairs(names) do list[i] = { path = name, size = index.files[name].size, mtime = index.files[name].mtime } end
  return list
end

--- Writes the index. Without it every file is looked at again, no more.
function M.remember(folder, rule, files)
  local ok, err = fs.mkdir(folder)
  if ok then ok, err = fs.write(folder .. "/index.json", json.encode { version = INDEX_VERSION, rule = rule, files = next(files) and files or json.object() }) end
  if not ok then log.warn(err) end
end

--- Copies variants, and the pictures of the bundles that are shown, to their places on the site.
---@param made lede.PictureTable
---@return true|nil, lede.Error|nil
function M.copy(made, publication)
  for _, name in ipairs(made.variants) do
    local ok, err = publication:copy(made.folder .. "/" .. name, "pictures/" .. name)
    if not ok then return nil, err end
  end
  local places = {}
  for _, one in ipairs(made.bundled) do
    if places[one.article] == nil then
      local place, err = publication:folder(one.article)
      if err then return nil, err end
      places[one.article] = place or false
    end
    local place = places[one.article]
    local ok, err = true, nil
    if place then ok, err = publication:copy(one.file, place .. one.name) end
    if not ok and err.code ~= "exists" then return nil, err end
    if not ok then -- two bundles in one folder, as with ugly_urls
      made.notes[#made.notes + 1] = { kind = "picture", level = "error", file = one.shown, line = 0, message = err.message .. "; give one of the two another name" }
    end
  end
  return true
end

--- Removes the variants that nothing shows any more.
---@param made lede.PictureTable
function M.sweep(made)
  if not fs.is_dir(made.folder) then return end
  local used = {}
  for _, name in ipairs(made.variants) do used[name] = true end
  for _, name in ipairs(fs.walk(made.folder) or {}) do
    if name:find("^%x+%-%d+[-q%d]*%.%a+$") and not used[name] then os.remove(made.folder .. "/" .. name) end
  end
end

--- ---- pictures that are not there

--- Where the words stand and do not go on: "a.png" is not in "a.png2".
local function find_words(text, words)
  local at, last = text:find(words, 1, true)
  while at and text:find("^[%w_./-]", last + 1) do at, last = text:find(words, last + 1, true) end
  return at
end

--- The number of the line that byte `at` stands in. Line by line: a pattern looks at every byte, and a body has thousands.
local function line_number(text, at)
  local line, ends = 1, text:find("\n", 1, true)
  while ends and ends < at do
    line, ends = line + 1, text:find("\n", ends + 1, true)
  end
  return line
end

--- The first line that has the address, or 0: a shortcode may have made it.
local function line_of(text, src)
  local at = find_words(text, src) or find_words(text, (src:gsub("^/", "")))
  return at and line_number(text, at) or 0
end

--- An address as a terminal may see it: an author's bytes drive none.
local function shown(src)
  local plain = src:gsub("%c", "?"):gsub("\xC2[\x80-\x9F]", "?")
  local cut = utf8.offset(plain, SHOWN_MAX)
  return cut and plain:sub(1, cut - 1) .. "…" or plain
end

local function remedy(note)
  if note.src:sub(1, 1) == "/" then return ("put the file at static/%s, or mend the address"):format(shown(note.path)) end
  local folder = note.file:match("^(.*)/index%.%a+$")
  if folder then return ("put the file beside the article, in content/%s/, or mend the address"):format(folder) end
  return "begin its address with '/' for a file of static/, or make the article a folder: its name/index.md, with the picture beside it"
end

--- What workers said of pictures that the table does not have, as errors of their articles, each once; what the site has
--- all the same (a plugin's file, a page's) is none.
---@param notes table[]
---@param workspace lede.Workspace
---@return table[] notes the others, and these: { kind, level, file, line, src, message }
function M.explain(notes, workspace)
  local out, seen, texts = {}, {}, {}
  for _, note in ipairs(notes) do
    local key = note.kind == "picture" and note.src and note.article .. "\0" .. note.src
    if not key then
      out[#out + 1] = note
    elseif not seen[key] then
      seen[key] = true
      if not fs.exists(workspace.output .. "/" .. note.path) then
        local file = note.file
        if texts[file] == nil then texts[file] = file ~= "" and fs.read(workspace.root .. "/" .. workspace.config.content .. "/" .. file) or "" end
        out[#out + 1] = {
          kind = "picture", level = "error", line = line_of(texts[file], note.src), src = note.src,
          file = file ~= "" and workspace.config.content .. "/" .. file or note.article,
          message = ("there is no picture '%s': %s"):format(shown(note.src), remedy(note)),
        }
      end
    end
  end
  return out
end

return M
