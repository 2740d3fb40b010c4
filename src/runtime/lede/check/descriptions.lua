--- lede.check.descriptions: each page that search engines may show says in a sentence what is on it.

local M = {}

function M.page(page, report)
  if page.refresh or page.hidden or page.path == "404.html" then return end
  local element = page.metas.description
  if not element then
    report:warn(1, "the page has no description", "<meta name=\"description\" content=\"…\">; of an article its summary")
  elseif not (element.attributes.content or ""):find("%S") then
    report:warn(element.line, "the page's description is empty", "a sentence; or leave the element out")
  end
end

return M
