--- The words of the search page in English.
return {
  search_title = "Search",
  search_label = "Words to look for",
  search_go = "Search",
  search_none = "Nothing is found.",
  search_one = "%d article",
  search_many = "%d articles",
  search_more = "More",
  search_failed = "The index cannot be read. Try again later.",
  search_common = "These words stand in most articles; type rarer ones.",
  search_noscript = "Searching needs JavaScript.",
}
