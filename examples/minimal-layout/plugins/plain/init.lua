--- plugins.plain: a whole layout: a front page, articles, sections.

return {
  name = "plain",
  version = "0.1.0",
  lede = ">=0.1 <1",

  apply = function(site)
    site:asset("/plain.css", "assets/plain.css")
    site:route { name = "home", path = "/", template = "home" }
    site:route { name = "article", each = "article", template = "article" }
    site:route { name = "section", each = "section", path = "/:slug/", template = "section", paginate = 20 }
  end,
}
