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

function M.page(page, report, site, memory)
  local places, ids = memory.places or {}, memory.ids or {}
  memory.places, memory.ids = places, ids
  ids[page.path] = next(page.ids) and page.ids or nil
  for _, link in ipairs(page.links) do
    local path = site:path_of(link.url, page)
    if path == false then
      report:error(link.line, ("%s leads to nothing"):format(link.url), "there is no such file in the site: mend the address, or publish what it names")
    elseif path then
      local fragment = fragment_of(link.url)
      if fragment and path == page.path then
        if not page.ids[fragment] then missing_place(report, link.line, link.url, fragment) end
      elseif fragment then
        local key = path .. "#" .. fragment
        places[key] = places[key] or { path = path, fragment = fragment, from = page.path, line = link.line, url = link.url }
      end
    elseif link.url:find("^https?://") then
      site:outside(link.url, page.path, link.line)
    end
  end
end

function M.finish(site, memory)
  for _, place in pairs(memory.places or {}) do
    local ids = memory.ids[place.path]
    if place.path:find("%.html?$") and not (ids and ids[place.fragment]) then missing_place(site:report(place.from), place.line, place.url, place.fragment) end
  end
end

return M
