--- The words of the page at a withdrawn piece's address in German.
return {
  withdrawn_title = "Zurückgezogen",
  withdrawn_text = "Dieser Artikel wurde zurückgezogen und ist nicht mehr verfügbar.",
}
