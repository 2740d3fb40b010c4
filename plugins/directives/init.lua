--- plugins.directives: the parts of a story that Markdown has no signs for: figures, galleries, pulled quotations, embeds that
--- ask first, corrections. What a reader sees is in parts.lua, the words in i18n/.

local parts = require("plugins.directives.parts")

local placement = { "word", oneof = { "wide", "start", "end" } }

return {
  name = "directives",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = { figure = true, gallery = true, pullquote = true, embed = true, correction = true },

  apply = function(site, options)
    local function answer(name, definition)
      if options[name] then site:directive(name, definition) end
    end
    answer("figure", {
      kinds = { "leaf", "container" },
      args = { src = { "url", required = true }, alt = { "text" }, credit = { "text" }, link = { "url" }, place = placement },
      render = parts.figure,
    })
    answer("gallery", { kinds = { "container" }, render = parts.gallery })
    answer("pullquote", { kinds = { "leaf", "container" }, args = { by = { "text" }, place = placement }, render = parts.pullquote })
    answer("embed", { kinds = { "leaf" }, args = { src = { "url", required = true }, title = { "text" } }, render = parts.embed })
    answer("correction", { kinds = { "container" }, args = { date = { "text" } }, render = parts.correction })
  end,
}
