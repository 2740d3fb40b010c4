--- The words of the search page in Arabic.
return {
  search_title = "بحث",
  search_label = "كلمات البحث",
  search_go = "ابحث",
  search_none = "لا توجد نتائج.",
  search_one = "%d مقال",
  search_many = "%d مقالات",
  search_more = "المزيد",
  search_failed = "تعذرت قراءة الفهرس. حاول لاحقًا.",
  search_common = "هذه الكلمات في معظم المقالات؛ اكتب كلمات أندر.",
  search_noscript = "يحتاج البحث إلى JavaScript.",
}
