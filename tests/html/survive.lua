--- survive.lua FOLDER...: of the links, pictures and tables of real bodies 99 in 100 are left when their HTML is cleaned as the
--- owner's. Run by `lede run`; ends with "N passed, N failed".
local KINDS = { links = "<a%s[^>]*href=[\"']?[^\"'%s>]", pictures = "<img%s[^>]*src=[\"']?[^\"'%s>]", tables = "<table[%s>]" }
local LEAST = 0.99

local function count(html, pattern) return select(2, html:gsub(pattern, "")) end

--- What others' tags made is not in a body: they are left out on both sides.
local function body_of(text)
  local body = text:match("^%s*%-%-%-\r?\n.-\n%-%-%-[ \t]*\r?\n(.*)$") or text
  return (body:gsub("{{.-}}", ""):gsub("{%%.-%%}", ""))
end

local before, after, files = {}, {}, 0
for _, folder in ipairs(arg) do
  for _, path in ipairs(assert(lede.fs.walk(folder))) do
    local raw = path:find("%.md$") and lede.markdown.render(body_of(assert(lede.fs.read(folder .. "/" .. path))), { unsafe = true })
    if raw then
      files = files + 1
      raw = tostring(raw)
      local clean = tostring(assert(lede.html.sanitise(raw, { policy = "owner", in_page = true, data_images = true })))
      for kind, pattern in pairs(KINDS) do
        before[kind] = (before[kind] or 0) + count(raw:lower(), pattern)
        after[kind] = (after[kind] or 0) + count(clean, pattern)
      end
    end
  end
end

local passed, failed = 0, 0
for _, kind in ipairs { "links", "pictures", "tables" } do
  local good = after[kind] >= before[kind] * LEAST
  passed, failed = passed + (good and 1 or 0), failed + (good and 0 or 1)
  print(("%s %d of %d %s of %d real bodies survive"):format(good and "note:" or "not ok", after[kind], before[kind], kind, files))
end
print(("%d passed, %d failed"):format(passed, failed))
return failed == 0 and 0 or 1
