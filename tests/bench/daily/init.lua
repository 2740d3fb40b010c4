--- plugins.daily: the layout that the plain C floor of the benchmark makes, page for page: what a comparison of equal work needs.

return {
  name = "daily",
  version = "0.1.0",
  lede = ">=0.1 <1",

  apply = function(site)
    site:asset("/style.css", "style.css")
    site:route { name = "home", path = "/", template = "home" }
    site:route { name = "article", each = "article", template = "article" }
    site:route { name = "section", each = "section", path = "/:slug/", template = "section", paginate = 20 }
  end,
}
