--- lede run check_links.lua PUBLIC [CACHE.json] [--own=URL] [--private]
---
--- Asks for every address that the pages of a published site link to, politely: one request to a host at a time, a second
--- apart, HEAD before GET. Answers are kept in CACHE.json: good ones are asked for again after a week, bad ones each time.
--- Prints what is broken and where it is linked; the exit status is then 3. --private: links to the newsroom's own network
--- are followed, too. --own: addresses that begin so are the site's own and left out.

local fs, host, http, json, task = lede.fs, lede.host, lede.http, lede.json, lede.task

local WEEK, AT_ONCE = 7 * 24 * 3600, 32
local UNESCAPED = { ["&amp;"] = "&", ["&quot;"] = '"', ["&#39;"] = "'", ["&lt;"] = "<", ["&gt;"] = ">" }

local words, private, own = {}, false, nil
for _, word in ipairs { ... } do
  if word == "--private" then
    private = true
  elseif word:find("^%-%-own=") then
    own = word:sub(7)
  else
    words[#words + 1] = word
  end
end
local root, cache_file = words[1] or "public", words[2] or "var/links.json"

--- { address -> list of pages }, and the addresses sorted.
local function links()
  local pages, list = {}, {}
  for _, path in ipairs(assert(fs.walk(root))) do
    if path:find("%.html$") then
      local html = assert(fs.read(root .. "/" .. path))
      for _, attribute in ipairs { "href", "src" } do
        for url in html:gmatch("%f[%w]" .. attribute .. '="(https?://[^"]+)"') do
          url = url:gsub("&#?%w+;", UNESCAPED):gsub("#.*$", "")
          if not (own and url:sub(1, #own) == own) then
            if not pages[url] then pages[url], list[#list + 1] = {}, url end
            if pages[url][#pages[url]] ~= path then table.insert(pages[url], path) end
          end
        end
      end
    end
  end
  table.sort(list)
  return pages, list
end

local client = http.client { private = private, per_host = 1, pause = private and 0 or 1, timeout = 20, retries = 1, max_bytes = 4 << 20 }

--- What an address answers: a status, or words.
local function ask(url)
  local response, err = client:head(url)
  if not response or response.status == 403 or response.status == 405 or response.status == 501 then response, err = client:get(url) end
  return response and response.status or tostring(err)
end

local function is_good(answer) return math.type(answer) == "integer" and answer < 400 end

local pages, list = links()
local cache = json.decode(fs.read(cache_file) or "{}") or {}
local now, asked, kept = host.now(), 0, {}
task.limit(AT_ONCE, list, function(url)
  local known = cache[url]
  if known and is_good(known.answer) and now - known.at < WEEK then
    kept[url] = known
    return
  end
  asked = asked + 1
  kept[url] = { answer = ask(url), at = now }
end)
assert(fs.write(cache_file, json.encode(next(kept) and kept or json.object())))

local broken = 0
for _, url in ipairs(list) do
  if not is_good(kept[url].answer) then
    broken = broken + 1
    print(("%s: %s"):format(url, kept[url].answer))
    for i = 1, math.min(#pages[url], 5) do print("  in " .. pages[url][i]) end
  end
end
io.stderr:write(("%d links, %d asked for, %d broken\n"):format(#list, asked, broken))
return broken > 0 and 3 or 0
