--- check.lua SITE BELOW COUNT REPORT LIST PUBLIC: every file below content/BELOW is on a page or has its reason, and no page shows
--- a tag of another tool. Run by `lede run`; prints what is wrong and ends with "N passed, N failed".
local site, below, count, report_file, list_file, public = ...
local fs, json = lede.fs, lede.json
local SHOWN = 10
local passed, failed = 0, 0

local function judge(sentence, faults)
  if #faults == 0 then
    passed = passed + 1
    return
  end
  failed = failed + 1
  print(("FAILED: %s: %s (%d)"):format(site, sentence, #faults))
  for i = 1, math.min(SHOWN, #faults) do print("   " .. faults[i]) end
end

local function read_json(path) return assert(json.decode(assert(fs.read(path)))) end

--- The file of a page's address.
local function page_file(url)
  local path = url:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end)
  return public .. (path:sub(-1) == "/" and path .. "index.html" or path)
end

--- "news/_index.md" speaks for its section's page, other files for the one that the store has for them.
local function is_on_a_page(path, url_of)
  local folder = path:match("^(.+)/_index%.md$")
  local url = folder and "/" .. folder .. "/" or url_of[path]
  return url ~= nil and fs.exists(page_file(url))
end

--- What has an error, by path below content/.
local function broken_files(report)
  local broken = {}
  for _, file in ipairs(report.sync.files) do
    for _, note in ipairs(file.notes) do
      if note.level == "error" then broken[file.path] = note.message end
    end
  end
  return broken
end

local function withheld_files(report)
  local reasons = {}
  for _, entry in ipairs(report.withheld or {}) do reasons[entry.path] = entry.reason end
  return reasons
end

local function check_articles(report, list)
  local broken, withheld, url_of = broken_files(report), withheld_files(report), {}
  for _, article in ipairs(list) do
    if article.source then url_of[article.source] = article.url end
  end
  local lost, twice, found, shown = {}, {}, 0, 0
  for _, path in ipairs(assert(fs.walk(site .. "/content/" .. below))) do
    if path:find("%.md$") then
      found = found + 1
      path = below .. "/" .. path
      local is_shown = is_on_a_page(path, url_of)
      if is_shown and not withheld[path] then shown = shown + 1 end
      if is_shown and withheld[path] then twice[#twice + 1] = path .. " is on a page and " .. withheld[path] end
      if not is_shown and not withheld[path] and not broken[path] then lost[#lost + 1] = path .. " " .. tostring(url_of[path]) end
    end
  end
  judge("every file is published or has its reason", lost)
  judge("no page of what is not to be shown", twice)
  judge("as many files as the data has", found == tonumber(count) and {} or { ("%d, not %s"):format(found, count) })
  print(("note: %s: %d files, %d on pages"):format(site:match("[^/]+$"), found, shown))
end

--- The page without what stands between <name …> and </name>.
local function without(html, name)
  local parts, at = {}, 1
  while true do
    local open, inside = html:find("<" .. name .. "%f[%s>][^>]*>", at)
    if not open then break end
    local _, close = html:find("</" .. name .. ">", inside, true)
    if not close then break end
    parts[#parts + 1] = html:sub(at, open - 1)
    at = close + 1
  end
  parts[#parts + 1] = html:sub(at)
  return table.concat(parts)
end

local TAGS = { "{{<.-[>\n]", "{{&lt;.-[&\n]", "{{%%.-[%%\n]", "{%%%-?%s*%a[%w_-]*" }

local function check_pages()
  local faults = {}
  for _, path in ipairs(assert(fs.walk(public))) do
    if path:find("%.html$") or path:find("%.xml$") then
      local text = without(without(assert(fs.read(public .. "/" .. path)), "pre"), "code")
      for _, pattern in ipairs(TAGS) do
        local tag = text:match(pattern)
        if tag then faults[#faults + 1] = path .. ": " .. tag:sub(1, 80) end
      end
    end
  end
  judge("no page shows a tag of another tool", faults)
end

local report, list = read_json(report_file), read_json(list_file)
judge("no page failed", report.failed)
check_articles(report, list)
check_pages()
print(("%d passed, %d failed"):format(passed, failed))
return failed == 0 and 0 or 1
