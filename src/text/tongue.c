/* tongue.c - the table of languages, and the guess. See text/tongue.h.
 *
 * The lists are short: they hold what stands in nearly every text. A word that is missing costs
 * little, since a word that every article has weighs nothing; one too many is lost for searching.
 */
#include "text/tongue.h"

#include "text/letters.h"

#include "base/banned.h"

static const lede__tongue table[] = {
    {"en", "english",
     "the of and to in a is that for it on was with as be by at from are this an have has had or "
     "not but which were will he she they his her their its we our you your i my me us them him "
     "been would could should can may if so than then there these those what when where who how "
     "all any more most some such no nor only own same too very just do does did about into over "
     "after before up down out off again also isnt dont doesnt didnt cant wont im ive weve youre "
     "theyre thats its said says",
     NULL, NULL, NULL},
    {"de", "german",
     "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus "
     "bei mit nach von vom vor zu zum zur uber unter fur durch gegen ohne um bis seit ist sind war "
     "waren wird werden wurde wurden worden hat haben hatte hatten sein seine seinen seiner seinem "
     "ihr ihre ihren ihrer ich du er sie es wir sich nicht kein keine keinen auch noch nur schon "
     "so wie als wenn dass weil da dann doch mehr sehr was wer wo hier dort diese dieser dieses "
     "diesen diesem man kann konnen konnte soll sollen muss mussen will wollen habe damit dabei "
     "daran davon dazu etwa sagte beim zwei jahr jahre",
     NULL, NULL, NULL},
    {"fr", "french",
     "le la les un une des du de d l et ou a au aux en dans par pour sur avec sans sous entre vers "
     "chez est sont etait etaient ete etre sera seront a ont avait avaient avoir fait ce cet cette "
     "ces ca se sa son ses leur leurs nous vous ils elles il elle on je tu me te qui que quoi dont "
     "ou ne pas plus moins tres si comme mais donc car aussi meme tout tous toute toutes autre "
     "autres apres avant depuis lors ainsi encore peut c n s j m t qu y deux selon",
     "l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu presqu", NULL, NULL},
    {"es", "spanish",
     "el la los las un una unos unas y o u e de del al a en con por para sin sobre entre hasta "
     "desde hacia es son era eran fue fueron ser sido esta estan estaba estar ha han habia haber "
     "hay lo le les se su sus mi mis tu tus nos me te que quien quienes cual cuales cuando donde "
     "como no ni si mas menos muy ya tambien pero porque este esta estos estas ese esa esos esas "
     "aquel esto eso todo toda todos todas otro otra otros otras uno dos tras segun ante contra "
     "durante asi",
     NULL, NULL, NULL},
    {"it", "italian",
     "il lo la i gli le un uno una di del dello della dei degli delle a al allo alla ai agli alle "
     "da dal dallo dalla dai dagli dalle in nel nello nella nei negli nelle su sul sullo sulla sui "
     "sugli sulle con per tra fra e ed o ma se che chi cui non piu meno molto come quando dove "
     "anche ancora gia e sono era erano essere stato stata stati state ha hanno aveva avere si ci "
     "ne suo sua suoi sue loro questo questa questi queste quello quella quelli quelle dopo prima "
     "tutto tutti tutte due",
     "l d c s un dell all dall nell sull coll quell quest dev cos", NULL, NULL},
    {"pt", "portuguese",
     "o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para "
     "com sem sobre entre ate desde e ou mas que quem qual quando onde como nao nem se mais menos "
     "muito ja tambem porque e sao era eram foi foram ser sido esta estao estava estar tem ter "
     "tinha ha seu sua seus suas lhe lhes ele ela eles elas eu nos voce este esta estes estas esse "
     "essa esses essas isso isto aquele aquela ao aos todo toda todos todas outro outra dois duas",
     NULL, NULL, NULL},
    {"nl", "dutch",
     "de het een en of maar van in op te aan met voor door bij naar uit over om tot tegen tussen "
     "onder na is zijn was waren wordt worden werd werden heeft hebben had hadden er ik je hij zij "
     "ze we wij jullie hun hem haar dit dat deze die niet geen ook nog al zo als dan toen dus want "
     "omdat wat wie waar hoe meer veel kan kunnen zou zal moet moeten zich zijn twee volgens",
     NULL, NULL, NULL},
    {"sv", "swedish",
     "och i att det som en ett pa ar av for med till den har de inte om ett han hon men var sig "
     "fran vi sa kan nar ar skulle vid da ut under efter eller ocksa over mot hade blev blir vara "
     "varit nu upp dar denna detta dessa sin sitt sina mycket mer alla andra hur vad man jag du ni",
     NULL, NULL, NULL},
    {"da", "danish",
     "og i at det som en et pa er af for med til den har de ikke om han hun men var sig fra vi sa "
     "kan nar skulle ved da ud under efter eller ogsa over mod havde blev bliver vaere vaeret nu "
     "op der denne dette disse sin sit sine meget mere alle andre hvordan hvad man jeg du jer hvor",
     NULL, NULL, NULL},
    {"no", "norwegian",
     "og i at det som en et ei pa er av for med til den har de ikke om han hun men var seg fra vi "
     "sa kan nar skulle ved da ut under etter eller ogsa over mot hadde ble blir vaere vaert na "
     "opp "
     "der denne dette disse sin sitt sine mye mer alle andre hvordan hva man jeg du dere hvor",
     NULL, NULL, NULL},
    {"fi", "finnish",
     "ja on ei se etta oli han ovat olla kuin mutta myos joka jotka mika niin kun jos tai vain ole "
     "olisi ollut nyt sen siita sita ne niiden tama taman tata nama en emme eivat voi jo viela "
     "mukaan kanssa mutta koska noin",
     NULL, NULL, NULL},
    {"ru", "russian",
     "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее "
     "мне было вот от меня еще нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был "
     "него до вас нибудь опять уж вам ведь там потом себя ничего ей может они тут где есть надо "
     "ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет тогда кто этот "
     "того потому этого какой ним здесь этом один почти мой тем чтобы нее были куда всех при об "
     "это эти также которые который которая после",
     NULL, NULL, NULL},
    {"uk", NULL,
     "и в у не що вiн він на я з із як а то все вона так його але до за по тiльки тільки її це від "
     "ще ні о про коли чи якщо вже або бути був була було були для ми їх чим без під буде хто цей "
     "та й є які який яка також після",
     NULL, NULL, NULL},
    {"pl", NULL,
     "i w we z ze na do nie to jest sie ze o a po od za jak dla przez co ale czy tak juz tylko byl "
     "byla bylo byli byc sa ma jego jej ich ktory ktora ktore ktorych oraz lub przy pod nad ten ta "
     "te tego tej tym tych moze jako gdy takze roku",
     NULL, NULL, NULL},
    {"cs", NULL,
     "a v ve na se si je z ze do o to i s za k ke po pro od by jako ale tak byl byla bylo byli byt "
     "jsou ma jeho jeji jejich ktery ktera ktere nebo pri pod nad ten ta te toho tim jen uz take "
     "podle roku ktere",
     NULL, NULL, NULL},
    {"tr", "turkish",
     "ve bir bu da de icin ile olarak daha cok ama en gibi kadar sonra ne o ya ki mi her olan oldu "
     "olduğunu oldugunu var yok degil ise diye bunu onun",
     NULL, NULL, NULL},
    {"ro", "romanian",
     "si in de la a cu pe o un al ale ai din pentru ca nu este sunt era fost fi se sa sau dar mai "
     "care ce cand unde cum prin dupa pana lui ei lor acest aceasta acesta aceste acestor tot "
     "toate "
     "iar au am are",
     NULL, NULL, NULL},
    {"hu", "hungarian",
     "a az egy es is nem hogy ez azt de van volt meg csak ha mar vagy mint meg akkor ami aki lesz "
     "lett ki be fel le el ezt erre arra minden mert nincs kell szerint utan",
     NULL, NULL, NULL},
    {"ca", "catalan",
     "el la els les un una uns unes i o de del dels a al als en amb per sense sobre entre fins des "
     "es son era eren ser ha han que qui quan on com no ni si mes molt ja tambe pero perque aquest "
     "aquesta aquests aquestes seu seva seus seves tot tots",
     "l d m t s n qu", NULL, NULL},
    {"id", "indonesian",
     "yang dan di ke dari untuk pada dengan ini itu adalah tidak akan dalam juga oleh sebagai atau "
     "karena ada bahwa telah sudah bisa dapat para mereka kami kita saya ia dia tersebut lebih "
     "saat setelah",
     NULL, NULL, NULL},
    {"el", "greek",
     "και το η ο οι τα του της των τον την στο στη στην στον στα σε με για απο που να δεν θα ειναι "
     "ηταν ως ενα μια ενας αλλα η οτι αν πως κατα μετα προς αυτο αυτη αυτος τους τις",
     NULL, NULL, NULL},
    {"ar", "arabic",
     "في من علي الي عن مع هذا هذه ذلك تلك التي الذي الذين ان او ما لا لم لن قد كان كانت هو هي هم "
     "كما "
     "بعد قبل بين كل بعض غير حتي اذا ثم و منذ حيث كل عند",
     NULL, NULL, "وال فال"},
    {"he", NULL,
     "של את על עם אל לא כי הוא היא הם הן זה זו זאת אני אנחנו כל גם אם או אבל רק יש אין היה היתה "
     "היו "
     "להיות אחרי לפני בין עד מה מי כמו יותר",
     NULL, NULL, NULL},
    {"fa", NULL,
     "و در به از كه اين را با است براي آن يك خود تا بر بود شد شده هم نيز ما او می مي اند ان هاي ها "
     "كرد",
     NULL, NULL, NULL},
    {"hi", "hindi",
     "के का की में है और से को पर ने यह वह इस उस एक हैं था थी थे भी कि जो तो ही या हो कर लिए साथ अपने नहीं",
     NULL, NULL, NULL},
    {"zh", NULL,
     "的 了 是 在 和 有 我 他 她 它 我们 他们 这 那 这个 那个 也 就 都 而 及 与 着 或 一个 没有 不 "
     "人 上 "
     "下 中 为 对 将 被 从 到 说 等 于 以 之 其 并 但 由 向 還 這 為 與 從 說 於 們 個 對 將",
     NULL, NULL, NULL},
    {"ja", NULL,
     "の に は を た が で て と し れ さ ある いる も する から な こと として い や れる など "
     "なっ ない "
     "この ため その あっ よう また もの という あり まで られ なる へ か だ これ によって により "
     "おり より "
     "による ず なり られる において ば なかっ なく しかし について せ だっ その後 できる それ "
     "ので です ます "
     "でした ました",
     NULL, NULL, NULL},
    {"ko", NULL,
     "그 이 저 것 수 등 및 또 또는 그리고 하지만 그러나 있다 있는 없다 했다 하는 한 할 대한 위해 "
     "통해 "
     "따라 이번 지난 밝혔다 말했다",
     NULL,
     "에서는 으로는 에게서 이라고 에서 으로 에게 까지 부터 처럼 보다 라고 하고 은 는 이 가 을 를 "
     "에 의 와 "
     "과 도 로 만",
     NULL},
    {"th", NULL,
     "ที่ และ ใน ของ เป็น มี ได้ จะ ว่า ให้ ไม่ การ ความ กับ จาก โดย นี้ นั้น แต่ หรือ ก็ อยู่ ไป มา ซึ่ง เพื่อ ต้อง คือ "
     "ด้วย ต่อ "
     "ถึง ขึ้น แล้ว ทั้ง",
     NULL, NULL, NULL},
};
static const lede__tongue other = {"", NULL, "", NULL, NULL, NULL};

enum { COUNT = sizeof table / sizeof *table };
_Static_assert(sizeof table / sizeof *table <= LEDE__TONGUES_MAX, "a stemmer each");

const lede__tongue *lede__tongues(size_t *count) {
    *count = COUNT;
    return table;
}

/* Names that are other names of one in the table. */
static lede_str known_as(lede_str code) {
    static const char *const names[][2] = {{"nb", "no"}, {"nn", "no"}, {"in", "id"}, {"iw", "he"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lede_str_eq_nocase(code, lede_str_of(names[i][0])))
            return lede_str_of(names[i][1]);
    return code;
}

const lede__tongue *lede__tongue_of(lede_str tag) {
    size_t end = lede_str_find(tag, '-', 0);
    const size_t low = lede_str_find(tag, '_', 0);
    const lede_str code = known_as(lede_str_n(tag.ptr, low < end ? low : end));
    for (size_t i = 0; i < COUNT; i++)
        if (lede_str_eq_nocase(code, lede_str_of(table[i].code)))
            return &table[i];
    return &other;
}

bool lede__tongue_lists(const char *list, lede_str word) {
    while (list && *list) {
        const size_t n = strcspn(list, " ");
        if (n == word.len && memcmp(list, word.ptr, n) == 0)
            return true;
        list += n + (list[n] == ' ');
    }
    return false;
}

/* ---- the guess */

enum { LOOK_BYTES = 4000, WHOLE = 60, ENOUGH = WHOLE / 2 };

/* Scripts that one language, or one of the table, is written in: by the letters' range. */
static const struct script {
    uint32_t first, last;
    const char *code;
} scripts[] = {
    {0x0370, 0x03FF, "el"}, {0x0530, 0x058F, "hy"}, {0x0590, 0x05FF, "he"}, {0x0600, 0x06FF, "ar"},
    {0x0900, 0x097F, "hi"}, {0x0980, 0x09FF, "bn"}, {0x0B80, 0x0BFF, "ta"}, {0x0E00, 0x0E7F, "th"},
    {0x0E80, 0x0EFF, "lo"}, {0x1000, 0x109F, "my"}, {0x10A0, 0x10FF, "ka"}, {0x1780, 0x17FF, "km"},
    {0x3040, 0x30FF, "ja"}, {0x3400, 0x9FFF, "zh"}, {0xAC00, 0xD7AF, "ko"},
};
enum { SCRIPTS = sizeof scripts / sizeof *scripts, PERSIAN = SCRIPTS, KINDS };

static int script_of(uint32_t c) {
    for (int i = 0; i < SCRIPTS; i++)
        if (c >= scripts[i].first && c <= scripts[i].last)
            return i;
    return -1;
}

/* The language of the script that most letters have, or NULL for Latin and Cyrillic. A tenth of
 * kana makes Han Japanese, a few letters of Persian make Arabic Persian. */
static const char *by_script(lede_str text) {
    size_t counts[KINDS] = {0}, near = 0, best = 0;
    for (size_t i = 0; i < text.len;) {
        const uint32_t c = lede_utf8_next(text, &i);
        const int script = script_of(c);
        if (c == 0x06CC || c == 0x06A9 || c == 0x067E || c == 0x0686 || c == 0x06AF)
            counts[PERSIAN]++;
        if (script >= 0)
            counts[script]++;
        else if (lede__letter_class(c) == LEDE__LETTER)
            near++;
    }
    for (size_t i = 0; i < SCRIPTS; i++)
        if (counts[i] > counts[best])
            best = i;
    if (counts[best] <= near / 2)
        return NULL;
    const char *code = scripts[best].code;
    if (strcmp(code, "zh") == 0 && counts[best - 1] * 10 > counts[best])
        return "ja";
    if (strcmp(code, "ar") == 0 && counts[PERSIAN] * 25 > counts[best])
        return "fa";
    return code;
}

typedef struct votes {
    uint32_t of[COUNT]; /* a word counts the more the fewer languages have it */
} votes;

static void vote(votes *v, lede_str word) {
    uint32_t hits = 0, which[COUNT] = {0};
    for (uint32_t i = 0; i < COUNT; i++)
        if (lede__tongue_lists(table[i].stops, word))
            which[hits++] = i;
    for (uint32_t i = 0; i < hits; i++)
        v->of[which[i]] += WHOLE / hits;
}

/* The end of the word that begins at i. */
static size_t word_end(lede_str text, size_t i) {
    for (size_t next = i; next < text.len; i = next)
        if (lede__letter_class(lede_utf8_next(text, &next)) != LEDE__LETTER)
            return i;
    return text.len;
}

static void count_words(votes *v, lede_str text) {
    char word[LEDE__WORD_MAX];
    for (size_t i = 0; i < text.len;) {
        const size_t end = word_end(text, i);
        if (end > i + 1 && end - i < LEDE__WORD_MAX / 4)
            vote(v, lede_str_n(word, lede__fold_word(lede_str_n(text.ptr + i, end - i),
                                                     LEDE_STR(""), word)));
        i = end;
        if (i < text.len)
            lede_utf8_next(text, &i);
    }
}

const char *lede__tongue_guess(lede_str text) {
    text = lede_str_n(text.ptr, lede_utf8_cut(text, LOOK_BYTES));
    const char *code = by_script(text);
    if (code)
        return code;
    votes v = {{0}};
    count_words(&v, text);
    size_t best = 0; /* of equal ones the first: the table begins with those of most readers */
    for (size_t i = 1; i < COUNT; i++)
        if (v.of[i] > v.of[best])
            best = i;
    return v.of[best] >= ENOUGH ? table[best].code : "";
}
