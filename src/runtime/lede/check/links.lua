--- lede.check.links: what pages lead to and load is there, and so is the place in it that an address names.

local M = {}

--- Which place of which page is meant; nil when it is the beginning, or words that a browser looks for.
local function fragment_of(url)
  local fragment = url:match("#(.*)$")
  if not fragment or fragment == "" or fragment == "top" or fragment:find(":~:", 1, true) then return nil end
  return (fragment:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function missing_place(report, line, url, fragment)
  report:error(line, ("%s: there is no place '%s' there"):format(url, fragment), "an element with that id has to be on the page; headings get theirs from their words")
end

--- The first place from which something is missing, and on how many pages more.
local function miss(missing, target, page, link)
  local entry = missing[target]
  if not entry then
    missing[target] = { from = page.path, last = page.path, more = 0, line = link.line, url = link.url }
  elseif entry.last ~= page.path then
    entry.last, entry.more = page.path, entry.more + 1
  end
end

local function and_more(entry) return entry.more > 0 and (", here and on %d more pages"):format(entry.more) or "" end

local function look_at_place(page, report, link, path, fragment, memory)
  if path ~= page.path then
    local key = path .. "#" .. fragment
    memory.places[key] = memory.places[key] or { path = path, fragment = fragment, from = page.path, line = link.line, url = link.url }
  elseif not page.ids[fragment] then
    missing_place(report, link.line, link.url, fragment)
  end
end

function M.page(page, report, site, memory)
  memory.places, memory.ids, memory.missing = memory.places or {}, memory.ids or {}, memory.missing or {}
  memory.ids[page.path] = next(page.ids) and page.ids or nil
  for _, link in ipairs(page.links) do
    local path = site:path_of(link.url, page)
    local fragment = path and fragment_of(link.url)
    if path == false then
      miss(memory.missing, site:within(link.url, page), page, link)
    elseif fragment then
      look_at_place(page, report, link, path, fragment, memory)
    elseif path == nil and link.url:find("^https?://") then
      site:outside(link.url, page.path, link.line)
    end
  end
end

function M.finish(site, memory)
  for _, entry in pairs(memory.missing or {}) do
    site:report(entry.from):error(entry.line, ("%s leads to nothing%s"):format(entry.url, and_more(entry)), "there is no such file in the site: mend the address, or publish what it names")
  end
  for _, place in pairs(memory.places or {}) do
    local ids = memory.ids[place.path]
    if place.path:find("%.html?$") and not (ids and ids[place.fragment]) then missing_place(site:report(place.from), place.line, place.url, place.fragment) end
  end
end

return M
