--- What an embed says: notice names the other site (%s), follow is its link.
return {
  notice = "هذا المحتوى معروض في %s، ولا يُحمَّل منه شيء هنا.",
  follow = "افتحه هناك",
}
