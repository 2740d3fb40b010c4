--- The words of the search page in Spanish.
return {
  search_title = "Búsqueda",
  search_label = "Palabras que buscar",
  search_go = "Buscar",
  search_none = "No se ha encontrado nada.",
  search_one = "%d artículo",
  search_many = "%d artículos",
  search_more = "Más",
  search_failed = "No se puede leer el índice. Inténtelo más tarde.",
  search_common = "Esas palabras están en la mayoría de los artículos; escriba otras menos frecuentes.",
  search_noscript = "La búsqueda necesita JavaScript.",
}
