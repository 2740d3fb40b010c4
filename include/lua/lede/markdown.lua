---@meta lede.markdown

---@class lede.MarkdownOptions
---@field unsafe? boolean           raw HTML and every URL pass
---@field commonmark? boolean       every extension off
---@field hard_breaks? boolean
---@field source_positions? boolean
---@field smart? boolean            cmark's typographic quotes and dashes
---@field no_heading_ids? boolean

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
---@return { level: integer, text: string, id: string }[]
function Doc:outline() end

---@class lede.markdown
local markdown = {}

---@param text string
---@param options? lede.MarkdownOptions
---@return lede.Safe|nil html, lede.Error|nil err
function markdown.render(text, options) end

---@param text string
---@param options? lede.MarkdownOptions
---@return lede.MarkdownDoc|nil doc, lede.Error|nil err
function markdown.parse(text, options) end

return markdown
