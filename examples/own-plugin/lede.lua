return {
  title = "The Patient Reader",
  base_url = "https://patient.example",
  plugins = {
    "layout-broadsheet",
    ["reading-time"] = { words_per_minute = 180, long = 1 },
  },
}
