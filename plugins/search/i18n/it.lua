--- The words of the search page in Italian.
return {
  search_title = "Ricerca",
  search_label = "Parole da cercare",
  search_go = "Cerca",
  search_none = "Nessun risultato.",
  search_one = "%d articolo",
  search_many = "%d articoli",
  search_more = "Altri",
  search_failed = "L’indice non è leggibile. Riprovare più tardi.",
  search_common = "Queste parole sono in quasi tutti gli articoli; sceglierne di più rare.",
  search_noscript = "La ricerca richiede JavaScript.",
}
