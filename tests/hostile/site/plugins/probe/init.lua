--- plugins.probe: a page for each article that prints its every field in every place of a page, through lede's own escaping.

local M = {}

--- Name and value of what an article has from its writer.
function M.fields(article)
  local found = {}
  local function add(name, value)
    if type(value) ~= "table" then
      if value ~= nil then found[#found + 1] = { name = name, value = value } end
      return
    end
    for key, inner in pairs(value) do
      add(name .. ".key", key)
      add(name .. ".value", inner)
    end
  end
  for _, name in ipairs { "title", "dek", "kicker", "summary", "dateline", "section", "lead", "excerpt", "slug", "url", "lang", "dir", "type", "layout" } do add(name, article[name]) end
  local image, origin = article.image or {}, article.origin or {}
  for _, name in ipairs { "src", "alt", "caption", "credit", "poi" } do add("image." .. name, image[name]) end
  for _, name in ipairs { "url", "domain", "name", "author", "notice", "license", "terms" } do add("origin." .. name, origin[name]) end
  for _, kind in ipairs { "author_terms", "tag_terms" } do
    for i, term in ipairs(article[kind]) do
      add(kind .. i, term.title)
      add(kind .. i .. ".url", term.url)
      add(kind .. i .. ".slug", term.slug)
    end
  end
  for _, line in ipairs(article.corrections) do add("correction", line) end
  add("params", article.params)
  for _, heading in ipairs(article.outline) do
    add("outline.text", heading.text)
    add("outline.id", heading.id)
  end
  return found
end

return {
  name = "probe",
  version = "1.0.0",
  lede = ">=0.1 <1",
  apply = function(site)
    site:route {
      name = "probe", template = "probe",
      pages = function(edition)
        local found = {}
        for i, article in ipairs(edition:articles { limit = 10000 }) do
          if article.section ~= "odd" then found[#found + 1] = { path = ("/probe/%d/"):format(i), data = { url = article.url } } end
        end
        return found
      end,
    }
    site:on("page.before", function(page)
      if page.data and page.data.url then page.fields = M.fields(page.edition:article(page.data.url)) end
    end)
  end,
}
