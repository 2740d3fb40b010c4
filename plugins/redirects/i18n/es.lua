--- The words of the page at a withdrawn piece's address in Spanish.
return {
  withdrawn_title = "Retirado",
  withdrawn_text = "Este artículo se ha retirado y ya no está disponible.",
}
