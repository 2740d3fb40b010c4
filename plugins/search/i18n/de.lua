--- The words of the search page in German.
return {
  search_title = "Suche",
  search_label = "Gesuchte Wörter",
  search_go = "Suchen",
  search_none = "Nichts gefunden.",
  search_one = "%d Artikel",
  search_many = "%d Artikel",
  search_more = "Mehr",
  search_failed = "Das Verzeichnis ist nicht lesbar. Bitte später noch einmal versuchen.",
  search_common = "Diese Wörter stehen in den meisten Artikeln; bitte seltenere eingeben.",
  search_noscript = "Die Suche braucht JavaScript.",
}
