--- The words of the page for partners in Arabic.
return {
  republish_title = "إعادة نشر هذا المقال",
  republish_how = "يمكنكم إعادة نشره: خذوا الشيفرة أدناه كما هي مع الجملة التي تذكر المصدر. يدل الرابط الأساسي محركات البحث على الأصل، وتعدّ الصورة الأخيرة القراء من دون ملفات تعريف الارتباط.",
  republish_head = "لرأس صفحتكم",
  republish_body = "لصفحتكم",
}
