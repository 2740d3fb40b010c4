--- lede.check.hreflang: translations name each other, and themselves.

local forms = require("lede.check.forms")

local M = {}

function M.page(page, report, site, memory)
  if #page.alternates == 0 then return end
  local mine = { line = page.alternates[1].line, to = {} }
  local names_itself, languages = false, {}
  for _, link in ipairs(page.alternates) do
    local lang, href = link.attributes.hreflang, link.attributes.href
    if lang ~= "x-default" and not forms.language(lang) then report:error(link.line, ("hreflang '%s' is no language"):format(lang), "\"en\", \"fr-CA\" or \"x-default\"") end
    if not forms.web(href) then report:error(link.line, ("the translation in '%s' has no absolute address"):format(lang), "search engines want the whole address: set base_url") end
    if languages[lang] and languages[lang] ~= href then report:error(link.line, ("a second page for '%s'"):format(lang), "name one page for each language") end
    languages[lang] = href
    local path = site:path_of(href or "", page)
    if path == page.path then names_itself = true elseif path then mine.to[path] = link.line end
  end
  if not names_itself then report:error(mine.line, "the page does not stand among its own translations", "each page names all of them, itself too") end
  memory[page.path] = mine
end

function M.finish(site, memory)
  for path, mine in pairs(memory) do
    for other, line in pairs(mine.to) do
      local theirs = memory[other]
      if site.files[other] and not (theirs and theirs.to[path]) then
        site:report(path):error(line, ("%s does not name this page as its translation"):format(other), "both pages name each other, else neither counts")
      end
    end
  end
end

return M
