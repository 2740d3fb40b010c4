--- lede.check.headings: one heading of the first level, and none below it that skips a level.

local M = {}

function M.page(page, report)
  if page.refresh then return end
  local first, last = nil, 0
  for _, heading in ipairs(page.headings) do
    local level = heading.level
    if level == 1 and first then report:warn(heading.line, ("a second <h1>: the first stands on line %d"):format(first), "one page, one <h1>") end
    if level == 1 then first = first or heading.line end
    if last > 0 and level > last + 1 then report:error(heading.line, ("<h%d> follows <h%d>: a level is skipped"):format(level, last), ("write <h%d>"):format(last + 1)) end
    if not heading.text:find("%S") and not heading.attributes["aria-label"] then report:error(heading.line, ("<h%d> is empty"):format(level), "give it words, or take it out") end
    last = level
  end
  if not first then report:error(1, "the page has no <h1>", "its title, as a heading") end
end

return M
