--- plugins.directives.parts: the HTML of each directive. Everything an author wrote is escaped; `inner` is rendered Markdown.

local escape = require("lede.html").escape

local M = {}

--- class="base place author's", with the author's #id
local function attributes(base, args)
  local classes = { base, args.place, args.class }
  local words = {}
  for i = 1, 3 do
    if classes[i] then words[#words + 1] = escape(classes[i]) end
  end
  local id = args.id and (' id="%s"'):format(escape(args.id)) or ""
  return (' class="%s"%s'):format(table.concat(words, " "), id)
end

local function has_text(s) return s and tostring(s):find("%S") ~= nil end

--- ::figure[The caption.]{src=/quay.jpg alt="A quay" credit="A. Photographer"}
--- or :::figure{src=…} with a caption of several paragraphs.
function M.figure(d)
  local args = d.args
  local image = ('<img src="%s" alt="%s" loading="lazy" decoding="async">'):format(escape(args.src), escape(args.alt or ""))
  if args.link then image = ('<a href="%s">%s</a>'):format(escape(args.link), image) end
  local caption = ""
  if has_text(d.inner) or args.credit then
    local credit = args.credit and (" <small><bdi>%s</bdi></small>"):format(escape(args.credit)) or ""
    caption = ("<figcaption>%s%s</figcaption>"):format(tostring(d.inner), credit)
  end
  return ("<figure%s>%s%s</figure>\n"):format(attributes("figure", args), image, caption)
end

--- :::gallery, with figures or images in it
function M.gallery(d) return ("<div%s>%s</div>\n"):format(attributes("gallery", d.args), tostring(d.inner)) end

--- ::pullquote[The words.]{by="Who said them"}
function M.pullquote(d)
  local words = tostring(d.inner)
  if d.kind == "leaf" then words = "<p>" .. words .. "</p>" end
  local by = d.args.by and ("<footer>%s</footer>"):format(escape(d.args.by)) or ""
  return ("<blockquote%s>%s%s</blockquote>\n"):format(attributes("pullquote", d.args), words, by)
end

local function words_for(lang)
  local ok, words = pcall(require, "plugins.directives.i18n." .. (lang:match("^%l+") or "en"))
  return ok and words or require("plugins.directives.i18n.en")
end

--- ::embed[What it shows]{src=https://video.example/1}: names the other site and links to it. Nothing of it is loaded: who
--- follows the link knows whose page it is.
function M.embed(d, article)
  local args, words = d.args, words_for(article.lang)
  local host = args.src:match("^%s*https?://([^/%s:?#]+)") or args.src
  local what = has_text(d.inner) and ("<p>%s</p>"):format(tostring(d.inner)) or ""
  local notice = escape(words.notice):gsub("%%s", function() return "<bdi>" .. escape(host) .. "</bdi>" end)
  return ('<div%s>%s<p>%s</p><p><a href="%s" rel="external">%s</a></p></div>\n'):format(
    attributes("embed", args), what, notice, escape(args.src), escape(args.title or words.follow))
end

--- :::correction{date=2026-03-05}
function M.correction(d, article)
  local when = ""
  if d.args.date then
    local t = lede.time.parse(d.args.date)
    when = t and ('<p><time datetime="%s">%s</time></p>'):format(escape(d.args.date), escape(lede.time.format(t, "long", { lang = article.lang }))) or ""
  end
  return ("<div%s>%s%s</div>\n"):format(attributes("correction", d.args), when, tostring(d.inner))
end

return M
