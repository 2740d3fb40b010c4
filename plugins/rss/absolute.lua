--- plugins.rss.absolute: references in HTML made whole, for readers that know nothing of the page they came from.

local absolute = {}

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
  if (last == "." or last == "..") and #steps > 0 then
    steps[#steps + 1] = ""
  end
  return "/" .. table.concat(steps, "/")
end

--- The absolute form of a reference found on the page at `address`. "/x" is below the site's own root.
---@param ref string
---@param address string absolute, of the page
---@param root string the site's base_url without a slash at its end
---@return string
function absolute.url(ref, address, root)
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

--- The candidates of a srcset, each absolute. An address in it has no blank, and lede writes no comma into one.
local function candidates(srcset, address, root)
  local out = {}
  for ref, what in (srcset .. ","):gmatch("%s*(%S+)%s*([^,]*),") do
    out[#out + 1] = absolute.url(ref, address, root) .. (what ~= "" and " " .. what or "")
  end
  return table.concat(out, ", ")
end

--- HTML with every href, src, srcset, cite and poster absolute. In rendered Markdown a quotation mark of the text is an
--- entity, so `href="` stands in tags only.
---@param html string
---@param address string
---@param root string
---@return string
function absolute.html(html, address, root)
  local function fix(head, ref)
    return head .. absolute.url(ref, address, root) .. '"'
  end
  for _, name in ipairs { "href", "src", "cite", "poster" } do
    if html:find(name .. '="', 1, true) then
      html = html:gsub('(%s' .. name .. '=")([^"]*)"', fix)
    end
  end
  if html:find('srcset="', 1, true) then
    html = html:gsub('(%ssrcset=")([^"]*)"', function(head, set) return head .. candidates(set, address, root) .. '"' end)
  end
  return html
end

return absolute
