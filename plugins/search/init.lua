--- plugins.search: a search page that needs no server. The desk's index of words (lede search) is cut into small texts; a script
--- on the page reads the few that a query needs.

local cut = require("plugins.search.cut")

local function shards(site, root)
  site:route {
    name = "words", type = "search-index",
    pages = function(edition) return cut.pages(edition.data.search, "shards", root .. "w/", ".txt", "w") end,
    render = function(page) return page.edition.data["search/" .. page.data.part] end,
  }
end

local function articles(site, root)
  site:route {
    name = "articles", type = "search-index",
    pages = function(edition) return cut.pages(edition.data.search, "blocks", root .. "a/", ".json", "a") end,
    render = function(page) return lede.json.encode(cut.block(page.edition, page.edition.data["search/" .. page.data.part])) end,
  }
end

return {
  name = "search",
  version = "0.1.0",
  lede = ">=0.1 <1",

  defaults = {
    path = "/search/", -- of the page; the index lies below it
    articles = 20000, -- older ones are left out, by the thousand
  },

  apply = function(site, options)
    local root = options.path
    if not root:find("^/.*/$") then error(("search: path begins and ends with '/', unlike '%s'"):format(root), 0) end
    site:on("edition.prepare", function(context)
      local file = context.search .. "/cut.json"
      if context.look then return cut.remembered(file) end
      local search <close> = assert(require("lede.search").open(context.store, context.search))
      assert(search:update(context.progress))
      return cut.kept(file, search, context.at or os.time(), options.articles)
    end)
    site:asset("/assets/search.js", "assets/search.js")
    site:route {
      name = "search", path = root, type = "search", template = "search",
    }
    site:route {
      name = "index", path = root .. "index.json", type = "search-index",
      render = function(page) return lede.json.encode(cut.head(page.edition.data.search)) end,
    }
    shards(site, root)
    articles(site, root)
  end,
}
