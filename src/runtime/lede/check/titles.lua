--- lede.check.titles: each page has a title, and no two of a language the same.

local M = {}

local function of(page)
  local element = page.titles[1]
  return element and element.text:gsub("%s+", " "):match("^ ?(.-) ?$") or "", element and element.line or 1
end

--- Whether search engines and readers meet the page by its own title.
local function stands_alone(page, site) return not page.refresh and not page.hidden and page.path ~= "404.html" and (not page.canonical or site:is_same(page.canonical, page)) end

function M.page(page, report, site, memory)
  local title, line = of(page)
  if title == "" then return report:error(line, "the page has no title", "<title>…</title> in its head") end
  if not stands_alone(page, site) then return end
  local key = (page.lang or "") .. "\n" .. title
  local list = memory[key] or {}
  memory[key] = list
  list[#list + 1] = { path = page.path, line = line, title = title }
end

function M.finish(site, memory)
  for _, list in pairs(memory) do
    for i = 2, #list do
      site:report(list[i].path):error(list[i].line, ("the title '%s' is that of %s too"):format(list[i].title, list[1].path), "give each page a title of its own")
    end
  end
end

return M
