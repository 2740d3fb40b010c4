--- plugins.redirects.maps: old addresses for servers. Each line is one redirect; an address that would be read as something
--- else than itself is left out, never guessed at.

local M = {}

--- Letters, digits and what an address has, nothing that a configuration reads as its own.
local function is_plain(address) return address:find("^/[%w%-%._~/%%@+,=&]*$") ~= nil end

local function lines(redirects, form)
  local out = {}
  for _, old in ipairs(redirects) do
    if is_plain(old.from) and is_plain(old.to) then out[#out + 1] = form:format(old.from, old.to) end
  end
  return table.concat(out)
end

local function gone_lines(addresses, form)
  local out = {}
  for _, address in ipairs(addresses) do
    if is_plain(address) then out[#out + 1] = form:format(address) end
  end
  return table.concat(out)
end

--- Addresses of withdrawn pieces at which nothing else lives now. What expired is not among them: nothing of it may be told.
---@param edition lede.Edition
---@return string[]
function M.gone(edition)
  local found = {}
  for _, piece in ipairs(edition.data["lede.withdrawn"] or {}) do
    if not piece.silent and not edition:article(piece.url) then found[#found + 1] = piece.url end
  end
  table.sort(found)
  return found
end

--- Each writes of an edition; `option` is the one that asks for it. Netlify has no line that answers 410.
M.list = {
  {
    name = "nginx", option = "nginx", path = "/redirects.nginx.conf",
    write = function(edition) return "# map $uri $moved { include redirects.nginx.conf; }\n" .. lines(edition:redirects(), "%s %s;\n") end,
  },
  {
    name = "nginx-gone", option = "nginx", path = "/gone.nginx.conf",
    write = function(edition) return "# map $uri $gone { include gone.nginx.conf; }\n" .. gone_lines(M.gone(edition), "%s 1;\n") end,
  },
  {
    name = "caddy", option = "caddy", path = "/redirects.caddy",
    write = function(edition)
      return "# import redirects.caddy\n" .. lines(edition:redirects(), "redir %s %s permanent\n") .. gone_lines(M.gone(edition), "respond %s 410\n")
    end,
  },
  { name = "netlify", option = "netlify", path = "/_redirects", write = function(edition) return lines(edition:redirects(), "%s %s 301\n") end },
}

return M
