--- plugins.republish.words: the sentence with which a partner says where a piece comes from, in the piece's own language.

local origin = require("lede.origin")

local M = {}

--- A pattern: %s is where the original is.
---@param lang string?
---@return string
function M.notice(lang)
  local notices = origin.notices
  return lang and (notices[lang] or notices[lang:match("^%a+") or ""]) or notices.en
end

return M
