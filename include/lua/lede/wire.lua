---@meta lede.wire

--- What formats for other newsrooms share: one document beside each article, and one that cancels what was withdrawn. Page VMs.
---@class lede.wire
local wire = {}

---@class lede.WireItem: lede.FeedItem
---@field status "usable"|"withheld"|"canceled"  withheld: a handler of feed.item says that others do not have it
---@field words? integer
---@field located? string
---@field kicker? string
---@field corrections { at?: integer, text: string }[]
---@field origin? lede.Origin
---@field first? string   instants as texts: of publication
---@field version? string of the last change
---@field expires? string
---@field holder string   who owns it: the origin, or the site

---@class lede.WireFormat
---@field name string  of the plugin
---@field path string  with ":url" in it, the article's address less its end: ":url/ninjs.json"
---@field render fun(item: lede.WireItem): string

--- What a wire says of an article.
---@param article lede.Article
---@return lede.WireItem
function wire.item(article) end

--- What it says of a piece of edition.data["lede.withdrawn"]: only which it was.
---@param piece { id: string, url: string, at: integer, date: integer, lang?: string }
---@return lede.WireItem
function wire.canceled(piece) end

--- Makes the routes of a format. In apply.
---@param site table
---@param format lede.WireFormat
function wire.routes(site, format) end

return wire
