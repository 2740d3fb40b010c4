---@meta lede.edition

--- What is public at one moment. Page VMs only; every read is recorded.

---@class lede.Query
---@field section? string|lede.Term slug
---@field tag? string|lede.Term
---@field author? string|lede.Term
---@field origin? string|lede.Term
---@field lang? string
---@field from? integer date >= from
---@field to? integer   date < to
---@field order? "newest"|"oldest"
---@field offset? integer
---@field limit integer 1 to 10,000

---@class lede.Term: userdata
---@field kind "section"|"tag"|"author"|"origin"
---@field slug string
---@field title string
---@field summary? string
---@field body string      Markdown of its own page
---@field html lede.Safe
---@field params table
---@field url? string      of the route that makes pages of its kind
---@field count fun(self: lede.Term): integer

---@class lede.Article: userdata
---@field id string
---@field path? string
---@field url string
---@field title string
---@field slug string
---@field section? string
---@field section_slug? string
---@field section_term lede.Term
---@field kicker? string
---@field dek? string
---@field summary? string
---@field lead? string
---@field excerpt string   cut by the site's rule
---@field html lede.Safe   the rendered body
---@field body string      its Markdown
---@field outline { level: integer, text: string, id: string }[]
---@field lang string
---@field dir "ltr"|"rtl"
---@field dateline? string
---@field tags string[]
---@field authors string[]
---@field tag_terms lede.Term[]
---@field author_terms lede.Term[]
---@field corrections string[]
---@field date integer
---@field updated? integer
---@field origin? { url?: string, name?: string, domain?: string, author?: string, license?: string, terms?: string, notice?: string, index?: string, published?: integer }
---@field image? { src: string, alt?: string, caption?: string, credit?: string, poi?: string, width?: integer, height?: integer, srcset?: string }
---@field params table
---@field state string
---@field weight integer
---@field words integer
---@field previous? lede.Article
---@field next? lede.Article
---@field translation_key? string
---@field translations lede.Article[] the others with its translation_key, by language; empty without a key
local Article = {}

--- Related articles, best first.
---@param k? integer 4
---@return lede.Article[]
function Article:neighbours(k) end

---@class lede.Edition: userdata
---@field time integer
---@field year integer
---@field month integer
---@field day integer
---@field hour integer
---@field data table<string, any> what plugins gave in edition.prepare
---@field config table
local Edition = {}

---@param query lede.Query
---@return lede.Article[]
function Edition:articles(query) end
---@param query? lede.Query
---@return integer
function Edition:count(query) end
---@param ref string an id or a URL path
---@return lede.Article|nil
function Edition:article(ref) end
---@return lede.Term[]
function Edition:sections() end
---@return lede.Term[]
function Edition:tags() end
---@return lede.Term[]
function Edition:authors() end
---@return lede.Term[]
function Edition:origins() end

--- Old addresses (aliases, and those that articles had before they moved) with the address where each article is now. An
--- address at which something else lives is not among them.
---@return { from: string, to: string }[] by from
function Edition:redirects() end
---@param slug string
---@return lede.Term|nil
function Edition:section(slug) end
---@param slug string
---@return lede.Term|nil
function Edition:tag(slug) end
---@param slug string
---@return lede.Term|nil
function Edition:author(slug) end
---@param slug string
---@return lede.Term|nil
function Edition:origin(slug) end

return Edition
