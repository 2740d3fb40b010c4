-- What examples/politics-monitor does not show: a site that reads from the right, every option of the layout, every part a body
-- can have, long words.
return {
  title = "المرصد",
  base_url = "https://marsad.example",
  lang = "ar",
  timezone = "Africa/Cairo",
  description = "أخبار من كل مكان",
  markdown = { html = "keep" },
  plugins = {
    ["layout-broadsheet"] = {
      logo = "/logo.svg",
      archive_size = 2,
      page_size = 2,
      home = { rule = "weight", seconds = 1, latest = 2, articles = 3 },
      colours = { accent = "#0b5563", paper = "#ffffff" },
      dark = { accent = "#8fd3df" },
      fonts = { text = "'Noto Serif', Georgia, serif" },
    },
    rss = true,
  },
}
