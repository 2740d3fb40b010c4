/* archive.h - what the tests of related articles share: articles made of numbers for words, and all
 * that leads to their lists. After cmocka.h. */
#ifndef LEDE_TEST_RELATED_ARCHIVE_H
#define LEDE_TEST_RELATED_ARCHIVE_H

#include "related/inside.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARCHIVE_MAX = 400, WORDS_MAX = 600, DAY = 86400 };

/* An article: its words are numbers; 0 ends them. */
typedef struct sketch {
    int64_t date;
    uint64_t group;
    uint64_t words[WORDS_MAX], title[8], tags[4];
} sketch;

typedef struct archive {
    uint32_t n;
    char ids[ARCHIVE_MAX][32];
    lede_buf features[ARCHIVE_MAX], vectors[ARCHIVE_MAX];
    lede_related_doc docs[ARCHIVE_MAX];
    lede_related_epoch *epoch;
    lede_related_index *index;
    lede_related_settings settings;
} archive;

#define OK(call) assert_int_equal((call), LEDE_OK)

static inline void archive_pack(const sketch *k, const lede_related_settings *s, lede_buf *out) {
    lede_related_bag *b = lede_related_bag_new();
    assert_non_null(b);
    lede_related_bag_begin(b, k->group);
    for (int i = 0; k->title[i]; i++)
        lede_related_bag_word(b, k->title[i], s->title, false);
    lede_related_bag_part(b);
    for (int i = 0; k->words[i]; i++) {
        lede_related_bag_word(b, k->words[i], 1, false);
        lede_related_bag_form(b, k->words[i]);
    }
    for (int i = 0; i < 4 && k->tags[i]; i++)
        lede_related_bag_tag(b, k->tags[i]);
    OK(lede_related_bag_pack(b, out, NULL));
    lede_related_bag_free(b);
}

/* Sketches in order of date; with an epoch given, that one is used. */
static inline void archive_init(archive *a, const sketch *k, uint32_t n,
                                const lede_related_settings *s, const lede_related_epoch *epoch) {
    lede_str features[ARCHIVE_MAX];
    *a = (archive){.n = n, .settings = *s};
    for (uint32_t i = 0; i < n; i++) {
        lede_buf_init(&a->features[i], LEDE_BUF_MAX);
        lede_buf_init(&a->vectors[i], LEDE_BUF_MAX);
        archive_pack(&k[i], s, &a->features[i]);
        features[i] = lede_buf_str(&a->features[i]);
    }
    if (!epoch)
        OK(lede_related_epoch_count(features, n, &a->epoch, NULL));
    for (uint32_t i = 0; i < n; i++) {
        OK(lede_related_vector(epoch ? epoch : a->epoch, s, features[i], &a->vectors[i], NULL));
        OK(lede_related_vector_check(lede_buf_str(&a->vectors[i]), NULL));
        snprintf(a->ids[i], sizeof a->ids[i], "%026u", i);
        a->docs[i] = (lede_related_doc){k[i].date, a->ids[i], lede_buf_str(&a->vectors[i])};
    }
    OK(lede_related_index_new(a->docs, n, s, NULL, 0, &a->index, NULL));
}

static inline void archive_fini(archive *a) {
    lede_related_index_free(a->index);
    lede_related_epoch_free(a->epoch);
    for (uint32_t i = 0; i < a->n; i++) {
        lede_buf_fini(&a->features[i]);
        lede_buf_fini(&a->vectors[i]);
    }
}

/* The list of one article. */
static inline void archive_list(const archive *a, uint32_t doc, lede_related_list *out) {
    lede_related_search *w = lede_related_search_new(a->index);
    assert_non_null(w);
    lede_related_find(w, doc, NULL, 0, out);
    lede_related_search_free(w);
}

/* Articles of random words: each has a few themes, a theme a few words of its own. */
static inline void archive_random(sketch *k, uint32_t n, uint32_t seed, int64_t step) {
    for (uint32_t i = 0; i < n; i++) {
        k[i] = (sketch){.date = 1000000000 + (int64_t)i * step, .group = 1};
        uint32_t themes[3];
        for (int t = 0; t < 3; t++)
            themes[t] = (seed = seed * 1664525u + 1013904223u) >> 8;
        const uint32_t len = 60 + (seed >> 16) % 200;
        for (uint32_t w = 0; w < len; w++) {
            seed = seed * 1664525u + 1013904223u;
            const uint32_t draw = seed >> 8;
            k[i].words[w] = draw % 4 ? 1 + draw / 4 % 3000 % (1 + draw / 16 % 300)
                                     : 5000 + themes[draw / 4 % 3] % 40 * 12 + draw / 64 % 12;
        }
        k[i].words[len] = 0;
        k[i].title[0] = k[i].words[3];
        k[i].tags[0] = 1 + themes[0] % 7;
    }
}

#endif
