--- plugins.related-fields.fields: texts of the front matter to compare by.

local M = {}

local KNOWN = { kicker = true, dek = true, dateline = true, section = true }

--- What related.fields answers: the texts of options.fields that article has; nil when it has none.
function M.extra(article, options)
  local extra = {}
  for _, name in ipairs(options.fields) do
    local value = KNOWN[name] and article[name] or article.params[name]
    if type(value) == "string" and value ~= "" then extra[#extra + 1] = { value, options.weight } end
  end
  if #extra > 0 then return { extra = extra } end
end

return M
