--- lede.feed_html: a body as other people's readers may have it: absolute addresses, and no more of elements and attributes than
--- every reader and validator of feeds knows.
---
--- What lede rendered of Markdown is well formed and mostly plain, so one walk over its tags is enough. Anything else (frames,
--- video, raw HTML of the site, what a plugin wrote) goes through the allow-list for third parties.

local html = require("lede.html")

local M = {}

local function set(words)
  local found = {}
  for word in words:gmatch("%S+") do found[word] = true end
  return found
end

local PLAIN = set [[
  a abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li
  mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var ]]
local ADDRESSES = set "href src cite"
local ATTRIBUTES = set "href src cite alt title lang dir width height colspan rowspan start datetime"

--- ---- addresses

--- Removes "." and ".." from a path that begins with "/".
local function normal(path)
  local steps, last = {}, ""
  for step in path:gmatch("/([^/]*)") do
    if step == ".." then
      steps[#steps] = nil
    elseif step ~= "." then
      steps[#steps + 1] = step
    end
    last = step
  end
  if (last == "." or last == "..") and #steps > 0 then steps[#steps + 1] = "" end
  return "/" .. table.concat(steps, "/")
end

--- The absolute form of a reference found on the page at `address`. "/x" is below the site's own root.
---@param ref string
---@param address string absolute, of the page
---@param root string the site's base_url without a slash at its end
---@return string
function M.absolute(ref, address, root)
  if ref:find("^%a[%w+.-]*:") then
    return ref
  elseif ref:sub(1, 2) == "//" then
    return address:match("^%a[%w+.-]*:") .. ref
  elseif ref:sub(1, 1) == "/" then
    return root .. ref
  elseif ref == "" then
    return address
  end
  local page = address:match("^[^?#]*")
  if ref:sub(1, 1) == "#" then
    return address:match("^[^#]*") .. ref
  elseif ref:sub(1, 1) == "?" then
    return page .. ref
  end
  local host, folder = page:match("^(%a[%w+.-]*://[^/]*)(.*/)")
  local path, rest = ref:match("^([^?#]*)(.*)$")
  return (host or page) .. normal((folder or "/") .. path) .. rest
end

--- ---- the walk

--- The attributes of one tag that may stay; and whether there was something that is no attribute of well-formed HTML.
local function attributes(text, address, root)
  local kept = {}
  local rest = text:gsub('%s+([%w:-]+)="([^"]*)"', function(name, value)
    if ATTRIBUTES[name] then
      if ADDRESSES[name] then value = M.absolute(value, address, root) end
      kept[#kept + 1] = " " .. name .. '="' .. value .. '"'
    end
    return ""
  end)
  return table.concat(kept), rest:find("^%s*/?$") == nil, rest:find("/", 1, true) ~= nil
end

--- Whether every element is one that may stay.
local function is_plain(text)
  for name in text:gmatch("<(%a[%w-]*)") do
    if not PLAIN[name] then return false end
  end
  return not text:find("<[!?]")
end

local function without_pictures(text)
  return (text:gsub("<figure[^>]*>%s*<img[^>]*>%s*</figure>\n?", ""):gsub("<img[^>]*>", ""):gsub("<p>%s*</p>\n?", ""))
end

--- The HTML for feeds.
---@param text string the body's HTML
---@param address string absolute, of the page it stands on
---@param root string the site's base_url without a slash at its end
---@param options { trusted: boolean, pictures: boolean } trusted: no raw HTML of whatever form can be in it
---@return string
function M.of(text, address, root, options)
  local odd = not options.trusted or not is_plain(text)
  local whole = text:gsub("<(%a[%w-]*)(%s[^<>]*)>", function(name, inside)
    local kept, strange, closed = attributes(inside, address, root)
    odd = odd or strange
    return not strange and "<" .. name .. kept .. (closed and " />" or ">") or nil
  end)
  if odd then
    whole = tostring(assert(html.sanitise(whole, { policy = "feed", base = address })))
    whole = whole:gsub('(<a [^>]*) rel="nofollow noopener noreferrer"', "%1") -- that is for what strangers sent us
  end
  return options.pictures and whole or without_pictures(whole)
end

return M
