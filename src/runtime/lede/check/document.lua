--- lede.check.document: which rules a file goes by, told from its name and its beginning, and the rules applied to its bytes.
---
--- Used twice: `lede check` looks at all files of a site, and a worker at each page before it is written (lede.gate). Pure: no
--- files, no network; what a rule needs of the rest of the site is asked of `place`.

local M = {}

--- Kinds of documents and what their rules are for.
M.kinds = { "rss", "atom", "jsonfeed", "sitemap", "jsonld", "ninjs", "newsml" }

--- Endings of the files that may have rules.
M.endings = { html = true, htm = true, json = true, xml = true, rss = true, atom = true }

--- By the root element of an XML file.
local BY_ROOT <const> = {
  rss = "rss", feed = "atom", urlset = "sitemap", sitemapindex = "sitemap", newsItem = "newsml", newsMessage = "newsml", packageItem = "newsml",
}

--- What stands before the root element, by how it begins, and how it ends.
local BEFORE <const> = { { "<!--", "-->" }, { "<?", "?>" }, { "<!", ">" } }

local function end_of(bytes, at)
  for _, pair in ipairs(BEFORE) do
    if bytes:sub(at, at + #pair[1] - 1) == pair[1] then return select(2, bytes:find(pair[2], at + #pair[1], true)) or #bytes end
  end
end

--- The local name of the root element.
local function root_of(bytes)
  local at = bytes:find("<", 1, true)
  while at do
    local past = end_of(bytes, at)
    if not past then return bytes:match("^<%a[%w.%-]*:([%w.%-]+)", at) or bytes:match("^<(%a[%w.%-]*)", at) end
    at = bytes:find("<", past + 1, true)
  end
end

local function of_json(bytes)
  if bytes:find("https://jsonfeed.org/version/", 1, true) then return "jsonfeed" end
  if bytes:find('"ninjs"', 1, true) and bytes:find('"name"%s*:%s*"ninjs"') then return "ninjs" end
end

--- The kind of a file, or nil: there are no rules for it.
---@param path string
---@param bytes string
---@return string|nil
function M.kind_of(path, bytes)
  local ending = path:match("%.(%w+)$")
  if ending == "html" or ending == "htm" then return "html" end
  if ending == "json" then return of_json(bytes) end
  if M.endings[ending or ""] then return BY_ROOT[root_of(bytes) or ""] or "xml" end
end

local Report = {}
Report.__index = Report

--- Something is wrong that those who read the format cannot do with.
function Report:error(line, message, remedy) self.add("error", self.first + (line or 1) - 1, message, remedy) end

--- Something is better otherwise.
function Report:warn(line, message, remedy) self.add("warning", self.first + (line or 1) - 1, message, remedy) end

--- What rules report to. `add` is called with level, line, message and remedy; first: the line on which the document begins.
---@param add fun(level: "error"|"warning", line: integer, message: string, remedy: string)
---@param first? integer
function M.report(add, first) return setmetatable({ add = add, first = first or 1 }, Report) end

---@class lede.check.Place
---@field url string           of the document
---@field base string          address of the site, without a slash at its end; "" when it is not known
---@field deep boolean         whether what costs time is looked at too
---@field has? fun(address: string): boolean whether an address of the site is there

--- Applies the rules of a kind.
---@param kind string
---@param bytes string
---@param report table
---@param place lede.check.Place
function M.check(kind, bytes, report, place)
  require("lede.check." .. kind)(bytes, report, place)
end

return M
