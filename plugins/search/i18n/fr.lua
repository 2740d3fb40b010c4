--- The words of the search page in French.
return {
  search_title = "Recherche",
  search_label = "Mots recherchés",
  search_go = "Rechercher",
  search_none = "Aucun résultat.",
  search_one = "%d article",
  search_many = "%d articles",
  search_more = "Plus",
  search_failed = "L’index est illisible. Réessayez plus tard.",
  search_common = "Ces mots figurent dans la plupart des articles ; choisissez-en de plus rares.",
  search_noscript = "La recherche nécessite JavaScript.",
}
