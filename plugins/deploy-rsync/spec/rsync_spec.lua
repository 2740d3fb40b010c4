local deploy = require("plugins.deploy-rsync.deploy")

local OPTIONS = { to = "h:/www/", ssh = "ssh -i key", options = { "--bwlimit=2m" } }

describe("words for rsync", function()
  it("send the files of a list", function()
    expect(table.concat(deploy.words_to_send(OPTIONS, "/site", "/list"), " ")):to_be(
      "rsync --recursive --links --times --perms --from0 --files-from=/list --rsh ssh -i key --bwlimit=2m /site/ h:/www/")
  end)
  it("remove what a list names and nothing else", function()
    local patterns, seen = {}, {}
    deploy.add_patterns("a/b/x[1]*.html", seen, patterns)
    deploy.add_patterns("a/b/y.html", seen, patterns)
    expect(table.concat(patterns, " ")):to_be("/a/ /a/b/ /a/b/x\\[1]\\*.html /a/b/y.html")
    expect(table.concat(deploy.words_to_remove(OPTIONS, "/empty", "/list"), " ")):to_contain("--include-from=/list --exclude=*")
  end)
end)
