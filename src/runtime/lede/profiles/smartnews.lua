--- lede.profiles.smartnews: SmartFormat 2 of SmartNews: RSS 2.0 with whole texts.
return {
  title = "SmartNews",
  formats = { "rss" },
  items = { min = 1 },
  channel = {
    title = { required = true },
    url = { required = true },
    summary = { required = true, max = 30, remedy = "a short description in lede.lua" },
    published = { required = true, date = true },
    language = { required = true, pattern = "^%a%a" },
  },
  item = {
    id = { required = true, unique = true },
    title = { required = true },
    url = { required = true },
    published = { required = true, date = true, remedy = "give the article a date" },
    html = { required = true, remedy = "whole texts: feed = { full = true }" },
  },
  called = { id = "guid", url = "link", published = "pubDate", html = "content:encoded", summary = "description" },
  html = { https = false },
}
