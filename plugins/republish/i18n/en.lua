--- The words of the page for partners in English.
return {
  republish_title = "Republish this article",
  republish_how = "You may republish it: take the HTML below as it is, with the sentence that names where it comes from. The canonical link tells search engines where the original is; the last picture counts readers without cookies.",
  republish_head = "For the head of your page",
  republish_body = "For your page",
}
