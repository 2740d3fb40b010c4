---@meta lede.check

--- Whether a published site is right by the rules of its formats. Desk.
---@class lede.check
local check = {}

---@class lede.check.Finding
---@field rule string     "links"
---@field level "error"|"warning" an error: those who read the format cannot do with it
---@field file string     below the site's folder
---@field url string      where it is published
---@field line integer
---@field message string
---@field remedy string

---@class lede.check.Result
---@field findings lede.check.Finding[] by file and line
---@field files integer   that were looked at
---@field outside { url: string, places: { file: string, line: integer }[] }[] addresses of other sites, sorted, with the first places

--- Looks at every page, feed, sitemap and wire in a folder, and at all of them together. rules: html, links, images, headings, titles,
--- descriptions, hreflang, jsonld, rss, atom, jsonfeed, sitemap, ninjs, newsml, xml; all when left out.
---@param root string
---@param options? { base_url?: string, rules?: string[] }
---@return lede.check.Result|nil result
---@return lede.Error|nil err
function check.site(root, options) end

--- Looks at one document, whatever site it is of; nil when there are no rules for its kind.
---@param name string its file's name
---@param bytes string
---@return lede.check.Finding[]|nil
function check.file(name, bytes) end

return check
