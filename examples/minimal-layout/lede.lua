return {
  title = "Plain Paper",
  base_url = "https://plain.example",
  description = "Notes from a small room.",
  permalink = "/:slug/",
  plugins = { "plain", "rss" },
}
