--- lede.time_names: months, weekdays and the order of a date by language.

local function words(s)
  local list = {}
  for word in s:gmatch("%S+") do list[#list + 1] = word end
  return list
end

local M = {
  en = {
    months = words "January February March April May June July August September October November December",
    short_months = words "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    weekdays = words "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    styles = { long = "%e %B %Y", short = "%e %b %Y", time = "%H:%M" },
  },
  fr = {
    months = words "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    short_months = words "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    weekdays = words "dimanche lundi mardi mercredi jeudi vendredi samedi",
    styles = { long = "%o %B %Y", short = "%o %b %Y", time = "%k h %M" },
  },
  de = {
    months = words "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    short_months = words "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    weekdays = words "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
    styles = { long = "%e. %B %Y", short = "%e. %b %Y", time = "%H:%M Uhr" },
  },
  es = {
    months = words "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    short_months = words "ene feb mar abr may jun jul ago sept oct nov dic",
    weekdays = words "domingo lunes martes miércoles jueves viernes sábado",
    styles = { long = "%e de %B de %Y", short = "%e %b %Y", time = "%H:%M" },
  },
  it = {
    months = words "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    short_months = words "gen feb mar apr mag giu lug ago set ott nov dic",
    weekdays = words "domenica lunedì martedì mercoledì giovedì venerdì sabato",
    styles = { long = "%e %B %Y", short = "%e %b %Y", time = "%H:%M" },
  },
  pt = {
    months = words "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    short_months = words "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
    weekdays = { "domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado" },
    styles = { long = "%e de %B de %Y", short = "%e %b %Y", time = "%H:%M" },
  },
  ar = {
    months = words "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    short_months = words "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    weekdays = words "الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت",
    styles = { long = "%e %B %Y", short = "%e %B %Y", time = "%H:%M" },
  },
}

return M
