--- plugins.opml.opml: OPML 2.0.

local xml = require("lede.feed_xml")

local opml = {}

---@param title string
---@param links lede.FeedLink[]
---@return string
function opml.render(title, links)
  local out = { '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n<head>\n' }
  xml.add(out, "title", title)
  out[#out + 1] = "</head>\n<body>\n"
  for _, link in ipairs(links) do -- "rss" is what readers look for, whatever the format
    xml.add_empty(out, "outline", "type", "rss", "text", link.title, "title", link.title, "xmlUrl", link.href, "htmlUrl", link.home)
  end
  out[#out + 1] = "</body>\n</opml>\n"
  return table.concat(out)
end

return opml
