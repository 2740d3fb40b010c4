---@meta lede.html

--- Text that is right for HTML as it stands: templates print it unescaped. tostring() gives the bytes.
---@class lede.Safe: userdata

---@class lede.html
local html = {}

--- Escapes & < > " ' for text and quoted attribute values.
---@param s string
---@return string
function html.escape(s) end

--- Says that s is right for HTML as it stands. Nothing is checked: only for what you made yourself.
---@param s string
---@return lede.Safe
function html.safe(s) end

--- The words of HTML: entities decoded, a newline between blocks, nothing of scripts, styles and their like. Not escaped.
---@param s string|lede.Safe
---@return string
function html.to_text(s) end

---@class lede.HtmlPolicy
---@field policy? "feed"|"owner"  third parties' HTML (the default), or the site's own: also sections, classes, ids, video
---@field base? string            feed: an absolute address that relative ones are resolved against; without it they are refused
---@field in_page? boolean        below a page's heading: levels of headings skip none, the keyboard reaches tables and code
---@field data_images? boolean    data: addresses of PNG, GIF, JPEG and WebP in <img>
---@field iframe_hosts? string[]  owner: hosts whose frames stay, sandboxed

--- HTML by an allow-list: parsed as browsers do, written anew. Sanitised again it is the same.
---@param s string|lede.Safe
---@param options? lede.HtmlPolicy
---@return lede.Safe|nil html
---@return boolean|lede.Error reduced whether only text came out, because the HTML was too large, too deep or too slow
function html.sanitise(s, options) end

--- The absolute form of a reference found on the page at `address`.
---@param ref string
---@param address string absolute
---@param root string the site's base_url without a slash at its end: "/x" is below it
---@return string
function html.absolute(ref, address, root) end

--- HTML of a page for other people's readers: addresses absolute, classes, ids and what else only a page needs left out.
--- plain: it is as lede's Markdown prints it and nothing needs to be sanitised.
---@param s string|lede.Safe
---@param address string absolute, of the page
---@param root string the site's base_url without a slash at its end
---@param pictures boolean false: <img> is left out
---@return string html
---@return boolean plain
function html.syndicate(s, address, root, pictures) end

---@class lede.HtmlElement
---@field tag string
---@field line integer     where its tag begins; 0 when it is not written there
---@field attributes table<string, string> those that were wanted; to be read: elements without any share one table
---@field text? string     all text in it, of tags in `texts`
---@field flaw? "unclosed"|"misnested"|"misplaced"|"stray" what a browser has to mend at it: its end tag is missing, it overlaps
---                        another, it stands in a table between rows and cells, it comes from an end tag that ends nothing

--- Elements of a whole page, in its order: those of `tags` and `texts`, those with one of `attributes`, and those with a flaw.
---@param s string|lede.Safe
---@param wanted { tags?: string[], attributes?: string[], texts?: string[] }
---@return lede.HtmlElement[]|nil elements
---@return boolean|lede.Error doctype whether it begins with <!doctype html>
function html.elements(s, wanted) end

return html
