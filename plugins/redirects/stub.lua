--- plugins.redirects.stub: the page at an old address.

local escape = require("lede.html").escape

local M = {}

---@param site table
---@param to string the address now
---@return string html
function M.render(site, to)
  local address = escape(site.base_url .. to)
  return ([[<!doctype html>
<html lang="%s">
<head>
<meta charset="utf-8">
<title>%s</title>
<link rel="canonical" href="%s">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=%s">
</head>
<body><p><a href="%s">%s</a></p></body>
</html>
]]):format(escape(site.lang), address, address, address, address, address)
end

return M
