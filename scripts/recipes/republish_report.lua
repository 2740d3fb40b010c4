--- lede run republish_report.lua ACCESS.log [--folder=/republish/] [--json]
---
--- Who republishes what: requests for the counter of plugin republish in a server's access log (the combined format of nginx, Apache and
--- Caddy's transform), by article and by the site that its readers came from. "-" reads stdin. Titles are looked up in the store of
--- the site in this folder, when there is one.

local folder, as_json, file = "/republish/", false, nil
for _, word in ipairs { ... } do
  if word == "--json" then
    as_json = true
  elseif word:find("^%-%-folder=") then
    folder = word:sub(10)
  else
    file = word
  end
end
if not file then error("usage: lede run republish_report.lua ACCESS.log [--folder=/republish/] [--json]", 0) end

local mark = "GET " .. folder .. "counter.gif?"
local counts, total = {}, 0 -- article -> referrer -> requests

--- The host of the partner's page; "(unknown)" of readers whose browser does not say.
local function host_of(referrer) return referrer:match("^%a+://([^/]+)") or "(unknown)" end

--- … "GET /republish/counter.gif?ID HTTP/1.1" 200 43 "https://partner.example/" "browser"
local function count(line)
  local at = line:find(mark, 1, true)
  if not at then return end
  local id, status, referrer = line:match('^(%w+)[^"]*" (%d%d%d) %S+ "([^"]*)"', at + #mark)
  if not id or (status ~= "200" and status ~= "304") then return end
  local of = counts[id] or {}
  counts[id] = of
  local host = host_of(referrer)
  of[host], total = (of[host] or 0) + 1, total + 1
end

local input = file == "-" and io.stdin or assert(io.open(file))
for line in input:lines() do count(line) end
if input ~= io.stdin then input:close() end

--- Most requests first, then by name.
local function sorted(map, number)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    local n, m = number(map[a]), number(map[b])
    if n ~= m then return n > m end
    return a < b
  end)
  return keys
end

local function sum(of)
  local n = 0
  for _, requests in pairs(of) do n = n + requests end
  return n
end

local store = lede.fs.exists("var/lede.db") and lede.store.open("sqlite:var/lede.db")
local rows = lede.json.array {}
for _, id in ipairs(sorted(counts, sum)) do
  local article = store and store:get(id)
  local title = article and article.title or id
  for _, host in ipairs(sorted(counts[id], function(n) return n end)) do
    rows[#rows + 1] = { article = id, title = title, referrer = host, requests = counts[id][host] }
  end
end
if store then store:close() end

if as_json then
  print(lede.json.encode { total = total, rows = rows })
else
  for _, row in ipairs(rows) do print(("%7d  %-32s %s"):format(row.requests, row.referrer, row.title)) end
  io.stderr:write(("%d requests\n"):format(total))
end
