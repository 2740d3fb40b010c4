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

M.list = {
  { name = "nginx", path = "/redirects.nginx.conf", write = function(redirects) return "# map $uri $moved { include redirects.nginx.conf; }\n" .. lines(redirects, "%s %s;\n") end },
  { name = "caddy", path = "/redirects.caddy", write = function(redirects) return "# import redirects.caddy\n" .. lines(redirects, "redir %s %s permanent\n") end },
  { name = "netlify", path = "/_redirects", write = function(redirects) return lines(redirects, "%s %s 301\n") end },
}

return M
