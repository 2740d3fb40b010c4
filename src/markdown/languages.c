/* languages.c - the table; a language is added by a row, in the order of tags. See languages.h.
 *
 * Quotes as the CLDR has them, or the house styles of the language's large papers where those
 * differ; spaces as in the Lexique de l'Imprimerie nationale. */
#include "markdown/languages.h"

#include "base/banned.h"

static const lede__language languages[] = {
    /* clang-format off */
    {"ar", "«", "»", "“", "”", "", "", "", true, "العودة إلى المرجع"},
    {"bg", "„", "“", "‚", "‘", "", "", "", false, "Обратно към препратка"},
    {"ca", "«", "»", "“", "”", "", "", "", false, "Torna a la referència"},
    {"cs", "„", "“", "‚", "‘", "", "", "", false, "Zpět na odkaz"},
    {"da", "»", "«", "›", "‹", "", "", "", false, "Tilbage til henvisning"},
    {"de", "„", "“", "‚", "‘", "", "", "", false, "Zurück zu Verweis"},
    {"de-ch", "«", "»", "‹", "›", "", "", "", false, "Zurück zu Verweis"},
    {"el", "«", "»", "“", "”", "", "", "", false, "Πίσω στην παραπομπή"},
    {"en", "“", "”", "‘", "’", "", "", "", false, "Back to reference"},
    {"es", "«", "»", "“", "”", "", "", "", false, "Volver a la referencia"},
    {"es-mx", "“", "”", "‘", "’", "", "", "", false, "Volver a la referencia"},
    {"et", "„", "“", "‚", "‘", "", "", "", false, "Tagasi viite juurde"},
    {"fa", "«", "»", "“", "”", "", "", "", true, "بازگشت به ارجاع"},
    {"fi", "”", "”", "’", "’", "", "", "", false, "Takaisin viitteeseen"},
    {"fr", "«\u00A0", "\u00A0»", "“", "”", "\u00A0", "\u00A0", "\u202F", false, "Retour à l’appel"},
    {"fr-ca", "«\u00A0", "\u00A0»", "“", "”", "\u00A0", "\u00A0", "", false, "Retour à l’appel"},
    {"fr-ch", "«\u202F", "\u202F»", "‹\u202F", "\u202F›", "\u202F", "\u202F", "\u202F", false, "Retour à l’appel"},
    {"he", "”", "”", "’", "’", "", "", "", false, "חזרה להפניה"},
    {"hr", "„", "“", "‚", "‘", "", "", "", false, "Natrag na napomenu"},
    {"hu", "„", "”", "»", "«", "", "", "", false, "Vissza a hivatkozáshoz"},
    {"it", "«", "»", "“", "”", "", "", "", false, "Torna al riferimento"},
    {"ja", "「", "」", "『", "』", "", "", "", false, "参照に戻る"},
    {"nb", "«", "»", "‘", "’", "", "", "", false, "Tilbake til henvisning"},
    {"nl", "“", "”", "‘", "’", "", "", "", false, "Terug naar verwijzing"},
    {"no", "«", "»", "‘", "’", "", "", "", false, "Tilbake til henvisning"},
    {"pl", "„", "”", "«", "»", "", "", "", false, "Powrót do odwołania"},
    {"pt", "«", "»", "“", "”", "", "", "", false, "Voltar à referência"},
    {"pt-br", "“", "”", "‘", "’", "", "", "", false, "Voltar à referência"},
    {"ro", "„", "”", "«", "»", "", "", "", false, "Înapoi la trimitere"},
    {"ru", "«", "»", "„", "“", "", "", "", false, "Назад к ссылке"},
    {"sk", "„", "“", "‚", "‘", "", "", "", false, "Späť na odkaz"},
    {"sl", "„", "“", "‚", "‘", "", "", "", false, "Nazaj na sklic"},
    {"sv", "”", "”", "’", "’", "", "", "", false, "Tillbaka till hänvisning"},
    {"tr", "“", "”", "‘", "’", "", "", "", false, "Referansa dön"},
    {"uk", "«", "»", "„", "“", "", "", "", false, "Назад до посилання"},
    {"ur", "“", "”", "‘", "’", "", "", "", true, "حوالے پر واپس"},
    {"zh", "“", "”", "‘", "’", "", "", "", false, "返回引用处"},
    {"zh-tw", "「", "」", "『", "』", "", "", "", false, "返回引用處"},
    {"", "“", "”", "‘", "’", "", "", "", false, "Back to reference"},
    /* clang-format on */
};
enum { COUNT = sizeof languages / sizeof *languages };

const lede__language *lede__language_of(lede_str tag) {
    for (;;) {
        for (size_t i = 0; i < COUNT; i++)
            if (lede_str_eq_nocase(tag, lede_str_of(languages[i].tag)))
                return &languages[i];
        while (tag.len && tag.ptr[tag.len - 1] != '-' && tag.ptr[tag.len - 1] != '_')
            tag.len--;
        if (!tag.len)
            return &languages[COUNT - 1];
        tag.len--;
    }
}
