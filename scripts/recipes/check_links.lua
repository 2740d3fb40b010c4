--- lede run check_links.lua PUBLIC [CACHE.json] [--own=URL] [--private]
---
--- Asks for every address that the pages of a published site link to, politely: one request to a host at a time, a second
--- apart, HEAD before GET. Answers are kept in CACHE.json: good ones are asked for again after a week, bad ones each time.
--- Prints what is broken and where it is linked; the exit status is then 3. --private: links to the newsroom's own network
--- are followed, too. --own: addresses that begin so are the site's own and left out.
---
--- `lede check --external` does the same beside its other rules; this one is a beginning for what a newsroom wants of its own.

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
local root, cache = words[1] or "public", words[2] or "var/links.json"

local found = assert(lede.check.site(root, { base_url = own, rules = { "links" } }))
local urls = {}
for i, link in ipairs(found.outside) do urls[i] = link.url end
local answers, asked = assert(lede.links.ask(urls, { cache = cache, private = private }))

local broken = 0
for _, link in ipairs(found.outside) do
  if not lede.links.is_good(answers[link.url]) then
    broken = broken + 1
    print(("%s: %s"):format(link.url, answers[link.url]))
    for _, place in ipairs(link.places) do print(("  in %s, line %d"):format(place.file, place.line)) end
  end
end
io.stderr:write(("%d links, %d asked for, %d broken\n"):format(#urls, asked, broken))
return broken > 0 and 3 or 0
