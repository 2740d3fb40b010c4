--- The Harbour Post lets its pieces be printed with their pictures, and wants them found at home but for the reports.
return {
  home = "https://www.example.org/",
  feed = "https://www.example.org/feed.xml",
  pictures = true,
  decide = function(article, record)
    if article.section_slug == "politics-monitor" then record.index = "canonical" end
  end,
}
