--- The words of the page at a withdrawn piece's address in English.
return {
  withdrawn_title = "Withdrawn",
  withdrawn_text = "This article was withdrawn and is no longer available.",
}
