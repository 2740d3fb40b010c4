--- The words of the page at a withdrawn piece's address in Portuguese.
return {
  withdrawn_title = "Retirado",
  withdrawn_text = "Este artigo foi retirado e já não está disponível.",
}
