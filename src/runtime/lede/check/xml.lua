--- lede.check.xml: XML of no format that is known here has to be well-formed.

local xml = require("lede.xml")

return function(bytes, report)
  local root, err = xml.parse(bytes, { limit = 64 << 20 })
  if not root then report:error(err.line, err.message, "write text with lede.xml.escape, and close each element") end
  return root
end
