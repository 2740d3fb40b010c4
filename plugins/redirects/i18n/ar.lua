--- The words of the page at a withdrawn piece's address in Arabic.
return {
  withdrawn_title = "سُحب المقال",
  withdrawn_text = "سُحب هذا المقال ولم يعد متاحًا.",
}
