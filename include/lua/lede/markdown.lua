---@meta lede.markdown

---@class lede.MarkdownOptions
---@field pictures? lede.Article     in pages: width, height, srcset and loading for the pictures, which are this article's
---@field unsafe? boolean           raw HTML and every URL pass
---@field commonmark? boolean       every extension off
---@field in_page? boolean         below a page's heading: levels of headings skip none, the keyboard reaches tables and code
---@field hard_breaks? boolean
---@field source_positions? boolean
---@field raw_html? boolean         raw HTML passes, URLs still go by the allow-list; render's second result says when to sanitise
---@field extensions? lede.MarkdownExtensions  all are on; `{ tables = false }` switches one off
---@field language? string          "fr", "de-CH": quotes, dashes and spaces as there; none = left as typed
---@field directives? table<string, fun(d: lede.Directive): string|lede.Safe|nil>  HTML by name; nil = not mine
---@field on_note? fun(note: lede.MarkdownNote)

---@class lede.MarkdownExtensions
---@field tables? boolean
---@field strikethrough? boolean
---@field tasks? boolean
---@field autolinks? boolean
---@field footnotes? boolean
---@field heading_ids? boolean
---@field typography? boolean
---@field directives? boolean

---@class lede.Directive
---@field name string
---@field kind "inline"|"leaf"|"container"
---@field attrs table<string, string>  values are the author's text: escape them
---@field inner lede.Safe  a container's content, else the label, rendered
---@field label string     plain text
---@field line integer     in the text

---@class lede.MarkdownNote
---@field kind "directive"|"footnote"
---@field name string
---@field line integer
---@field message string

---@class lede.MarkdownNode: userdata
---@field type string cmark's names: "heading", "text", "link", …
---@field literal? string
---@field url? string
---@field title? string
---@field info? string  of a fenced code block
---@field level integer of a heading
---@field line integer
---@field column integer
---@field next? lede.MarkdownNode
---@field previous? lede.MarkdownNode
---@field parent? lede.MarkdownNode
---@field first? lede.MarkdownNode
---@field last? lede.MarkdownNode
local Node = {}

---@param node lede.MarkdownNode of the same document
---@return lede.MarkdownNode node
function Node:insert_before(node) end
---@param node lede.MarkdownNode
---@return lede.MarkdownNode node
function Node:insert_after(node) end
---@param node lede.MarkdownNode
---@return lede.MarkdownNode node
function Node:append(node) end
--- Takes its place; this one is unlinked.
---@param node lede.MarkdownNode
---@return lede.MarkdownNode node
function Node:replace(node) end
---@return lede.MarkdownNode self
function Node:unlink() end

---@class lede.MarkdownDoc: userdata
local Doc = {}

---@return lede.Safe|nil html, lede.Error|nil err
function Doc:render() end
---@return lede.MarkdownNode
function Doc:root() end
--- All nodes of a type, in order: much cheaper than a walk.
---@param type string
---@return lede.MarkdownNode[]
function Doc:collect(type) end
--- Nodes with children are entered and left.
---@param fn fun(node: lede.MarkdownNode, entering: boolean)
function Doc:walk(fn) end
---@param type string
---@return lede.MarkdownNode unlinked
function Doc:new(type) end
--- A node whose HTML is printed as it stands.
---@param html string|lede.Safe
---@param options? { inline?: boolean }
---@return lede.MarkdownNode unlinked
function Doc:html(html, options) end
--- Whether a rendering so far had raw HTML in it.
---@return boolean
function Doc:saw_html() end
---@return { level: integer, text: string, id: string }[]
function Doc:outline() end

---@class lede.markdown
local markdown = {}

---@param text string
---@param options? lede.MarkdownOptions
---@return lede.Safe|nil html, boolean|lede.Error raw_html_or_err whether raw HTML is in it; the error
function markdown.render(text, options) end

---@param text string
---@param options? lede.MarkdownOptions
---@return lede.MarkdownDoc|nil doc, lede.Error|nil err
function markdown.parse(text, options) end

return markdown
