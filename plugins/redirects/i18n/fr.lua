--- The words of the page at a withdrawn piece's address in French.
return {
  withdrawn_title = "Retiré",
  withdrawn_text = "Cet article a été retiré et n’est plus disponible.",
}
