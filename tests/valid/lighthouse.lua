--- lighthouse.lua REPORT: the figures of a Lighthouse report, and what took points from them. Run by `lede run`.
local report = assert(lede.json.decode(assert(lede.fs.read((...)))))
local wanted = { ["performance"] = 98, ["accessibility"] = 100, ["best-practices"] = 100, ["seo"] = 100 }
local good, figures = true, {}

for name, least in pairs(wanted) do
  local category = report.categories[name]
  local score = math.floor((category.score or 0) * 100 + 0.5)
  figures[#figures + 1] = ("%s %d"):format(name, score)
  good = good and score >= least
  for _, ref in ipairs(score < least and category.auditRefs or {}) do
    local audit = report.audits[ref.id]
    if ref.weight > 0 and audit.score and audit.score < 1 then print(("not ok %s: %s: %s"):format(name, ref.id, audit.displayValue or audit.title)) end
  end
end
table.sort(figures)
print("note: Lighthouse: " .. table.concat(figures, ", "))
return good and 0 or 1
