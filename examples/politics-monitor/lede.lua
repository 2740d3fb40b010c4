return {
  title = "Politics Monitor",
  base_url = "https://politics-monitor.example",
  lang = "en",
  timezone = "Europe/Paris",
  description = "Ministries, markets and messages, read closely.",
  plugins = {
    ["layout-broadsheet"] = {
      nav = { "politics-monitor", "diplomacy", "economy", "culture", { title = "About", url = "/about/" } },
      footer = "Every country, person and event on this site is invented.",
    },
    rss = true,
    sitemap = true,
    ["sitemap-news"] = true,
    robots = { ai = { training = "deny" } },
    corrections = true,
    shortcodes = true,
  },
}
