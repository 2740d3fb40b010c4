--- The words of the page at a withdrawn piece's address in Italian.
return {
  withdrawn_title = "Ritirato",
  withdrawn_text = "Questo articolo è stato ritirato e non è più disponibile.",
}
