--- lede.check.html: the structure of a page: what a browser would have to mend, and what every page has to say of itself.

local M = {}

local FLAWS <const> = {
  unclosed = { "<%s> is not closed", "write </%s>" },
  misplaced = { "<%s> stands in a table between rows and cells: browsers move it before the table", "put it into a cell" },
  stray = { "an end tag ends no open <%s>", "a paragraph ends where a block begins: take the end tag, or the paragraph, away" },
}

function M.page(page, report)
  if not page.doctype then report:error(1, "the page does not begin with <!doctype html>", "without it browsers show pages of 1999") end
  if not page.lang or page.lang == "" then report:error(1, "<html> has no lang", "lang=\"en\": readers aloud and search engines go by it") end
  if not page.has_charset then report:warn(1, "the page does not say that it is UTF-8", "<meta charset=\"utf-8\"> first in its head") end
  for _, element in ipairs(page.flaws) do
    local words = FLAWS[element.flaw] -- what is misnested follows from an element that is not closed
    if words then report:error(element.line, words[1]:format(element.tag), words[2]:format(element.tag)) end
  end
  for _, element in ipairs(page.doubled) do
    report:error(element.line, ("id '%s' stands on line %d already"):format(element.attributes.id, page.ids[element.attributes.id]), "an id is there once on a page")
  end
end

return M
