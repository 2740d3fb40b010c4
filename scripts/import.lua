--- lede import jsonl FILE: articles out of a file with one JSON object a line: id, title, text, date, tags, lang.
local workspace = require("lede.workspace")

local BATCH = 2000

--- Plain text as Markdown that prints it: what would be markup is escaped.
local function markdown_of(text)
  text = text:gsub("\r\n?", "\n"):gsub("[\\`*_%[%]<>&{}~|!:@]", "\\%0")
  text = ("\n" .. text):gsub("(\n[ \t]*)([-+=#])", "%1\\%2"):gsub("(\n[ \t]*%d+)([.)])", "%1\\%2"):gsub("\n[ \t]+", "\n")
  return text:sub(2)
end

local function check(lede, line, number)
  local ok, row = pcall(lede.json.decode, line)
  if not ok or type(row) ~= "table" then return nil, ("line %d is no JSON object"):format(number) end
  for _, key in ipairs { "id", "title", "text" } do
    if type(row[key]) ~= "string" then return nil, ("line %d: it needs %s, a text"):format(number, key) end
  end
  if row.id == "" then return nil, ("line %d: its id is empty"):format(number) end
  for _, key in ipairs { "date", "lang" } do
    if row[key] ~= nil and type(row[key]) ~= "string" then return nil, ("line %d: %s is a text"):format(number, key) end
  end
  if row.tags ~= nil and type(row.tags) ~= "table" then return nil, ("line %d: tags is a list"):format(number) end
  return row
end

--- A row without a title is called by its first words.
local function title_of(lede, row)
  local title = row.title:gsub("%s+", " "):match("^ ?(.-) ?$")
  if title == "" then title = lede.text.excerpt(row.text, 60) end
  return title ~= "" and title or row.id
end

--- The article of a row. Without a date it is one whose order nobody knows (1970); without a language that is guessed.
local function article_of(lede, row, site, number)
  local date = 0
  if row.date and row.date ~= "" then
    local err
    date, err = lede.time.parse(row.date, { zone = site.config.timezone })
    if not date then return nil, ("line %d: %s"):format(number, tostring(err)) end
  end
  local lang = row.lang
  if not lang or lang == "" then lang = lede.text.guess(row.title .. "\n" .. row.text) end
  local id, title = lede.text.id("import:" .. row.id), title_of(lede, row)
  return {
    id = id, title = title, slug = lede.text.slug(title), url = "/" .. id:lower() .. "/", body = markdown_of(row.text), date = date,
    tags = row.tags, lang = lang ~= "" and lang or site.config.lang, dir = lede.text.direction(lang), params = { guid = row.id }, lead = lede.text.excerpt(row.text, 400, ""),
    words = lede.text.words(row.text),
  }
end

--- Puts an article; gives whether it is new or other than it was, or nil and why not.
local function put(store, article)
  local existing = store:get(article.id)
  local revision, err = store:put(article, { who = "import", what = "imported", revision = existing and existing.revision or 0 })
  if not revision then return nil, tostring(err) end
  return not existing or existing.revision ~= revision
end

--- Puts the articles of up to BATCH lines; gives how many lines there were, and how many articles were put and changed.
local function import_some(lede, store, site, lines, number)
  local read, put_count, changed = 0, 0, 0
  while read < BATCH do
    local line = lines()
    if not line then break end
    read = read + 1
    if line:find("%S") then
      local row, message = check(lede, line, number + read)
      local article
      if row then article, message = article_of(lede, row, site, number + read) end
      if not article then error(message, 0) end
      local other, why = put(store, article)
      if other == nil then error(("line %d: %s"):format(number + read, why), 0) end
      put_count, changed = put_count + 1, changed + (other and 1 or 0)
    end
  end
  return read, put_count, changed
end

local function import(lede, store, site, file, args)
  local lines, number, total, changed = file:lines(), 0, 0, 0
  repeat
    local ok, read, put_count, changed_now = pcall(store.transaction, store, function() return import_some(lede, store, site, lines, number) end)
    if not ok then return nil, read end
    if not read then return nil, tostring(put_count) end
    number, total, changed = number + read, total + put_count, changed + changed_now
  until read < BATCH
  if not args.quiet then io.stderr:write(("%d articles read, %d new or changed\n"):format(total, changed)) end
  return 0
end

return function(lede, args)
  local format, path = args[1], args[2]
  if format ~= "jsonl" or not path then return nil, "import jsonl FILE; - is stdin", 2 end
  local site, message = workspace.open(args)
  if not site then return nil, message end
  local made, problem = workspace.make_var(site)
  if not made then return nil, problem end
  local file, err = io.stdin, nil
  if path ~= "-" then file, err = io.open(path, "r") end
  if not file then return nil, err end
  local store <close>, refused = lede.store.open(site.store)
  if not store then return nil, refused end
  local status, why = import(lede, store, site, file, args)
  if not status then return nil, ("%s: %s"):format(path, why) end
  return status
end
