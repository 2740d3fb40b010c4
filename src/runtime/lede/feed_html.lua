--- lede.feed_html: a body as other people's readers may have it. What lede rendered of Markdown is mostly plain and only copied;
--- anything else (frames, video, raw HTML of the site, what a plugin wrote) goes through the allow-list for third parties.

local html = require("lede.html")

local M = {}

--- What is left of figures and paragraphs that held a picture only.
local function without_hulls(text) return (text:gsub("<figure>%s*</figure>\n?", ""):gsub("<p>%s*</p>\n?", "")) end

--- The HTML for feeds.
---@param body string|lede.Safe the article's HTML
---@param address string absolute, of the page it stands on
---@param root string the site's base_url without a slash at its end
---@param options { trusted: boolean, pictures: boolean } trusted: no raw HTML of whatever form can be in it
---@return string
function M.of(body, address, root, options)
  local text, plain = html.syndicate(body, address, root, options.pictures)
  if not plain or not options.trusted then
    text = tostring(assert(html.sanitise(text, { policy = "feed", base = address })))
    text = text:gsub('(<a [^>]*) rel="nofollow noopener noreferrer"', "%1") -- that is for what strangers sent us
    if not options.pictures then text = html.syndicate(text, address, root, false) end -- those that it could not read before
  end
  return options.pictures and text or without_hulls(text)
end

return M
