--- plugins.shortcodes: what bodies written for Hugo and Jekyll hold besides Markdown, as Markdown.
---
--- To map a tag of your own, see README.md. Tags that nobody maps are left out and listed by `lede publish`.

local tags = require("plugins.shortcodes.tags")

--- A function, then the tags that it is for.
local map = {
  { tags.image, "img", "img-left", "img-right", "img-full", "figure", "image", "legacy-img", "legacy-img-left", "legacy-img-right" },
  { tags.image_with_class, "image_with_class" },
  { tags.include, "include" },
  { tags.youtube, "youtube" },
  { tags.vimeo, "vimeo" },
  { tags.tweet, "tweet", "twitter", "x" },
  { tags.facebook, "fb-video" },
  { tags.reference, "ref", "relref", "link", "tmp" },
  { tags.inside, "note", "box", "if", "unless", "for" },
  { tags.within, "highlight" },
  { tags.prompt, "card-prompt" },
  { tags.quote, "quote-block" },
  { tags.file, "asset-static", "legacy-file" },
  { tags.nothing, "comment", "raw", "assign", "else", "elsif" },
  { tags.expression, "{{" },
}

return {
  name = "shortcodes",
  version = "0.1.0",
  lede = ">=0.1 <1",

  apply = function(site)
    for _, entry in ipairs(map) do
      for i = 2, #entry do site:shortcode(entry[i], entry[1]) end
    end
  end,
}
