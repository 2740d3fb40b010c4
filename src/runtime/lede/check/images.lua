--- lede.check.images: each picture has a text in its place.

local M = {}

local function is_hidden(a) return a["aria-hidden"] == "true" or a.role == "presentation" or a.role == "none" end

function M.page(page, report)
  for _, image in ipairs(page.images) do
    local a = image.attributes
    if not a.alt and not is_hidden(a) then
      report:error(image.line, ("the picture %s has no alt"):format(a.src or "without an address"), "say in words what it shows; alt=\"\" when it only adorns")
    end
    if not a.src and not a.srcset then report:error(image.line, "a picture without an address", "src=\"…\"") end
  end
end

return M
