/* records.h - the bytes of the file of records, and what the files records*.c share. Private to
 * publish/.
 *
 *   file    table table ... [torn tail]
 *   table   head, sections (each 8-byte aligned), sums: one for each 4 KiB block between head and
 * sums
 *
 * Native byte order; structs without implicit padding. Numbers come from a file: each is followed
 * through lede__table_rows, which checks bounds and the block's sum. Rows that name where a list
 * begins have one row more at the end, so that a list ends where the next begins.
 */
#ifndef LEDE_PUBLISH_RECORDS_H
#define LEDE_PUBLISH_RECORDS_H

#include "lede/records.h"

#include "base/names.h"
#include "sys/sys.h"

#include <assert.h>
#include <sys/types.h>

#define LEDE__RECORDS_MAGIC "lede.rc"
#define LEDE__RECORDS_FILE "live.records"
#define LEDE__NO_TABLE UINT64_MAX
enum {
    LEDE__RECORDS_VERSION = 1,
    LEDE__RECORDS_ORDER = 0x01020304,
    LEDE__RECORDS_BLOCK = 4096,
    LEDE__TABLES_MAX = 40,   /* in use: each is more than twice the one above */
    LEDE__TABLES_FILE = 500, /* in a file, in use or not; then it is written anew */
};

enum lede__part {
    LEDE__PAGES,     /* lede__page_row by path */
    LEDE__KEYS,      /* lede__text_row by text: the kind as a byte, then the key; values: reads */
    LEDE__READS,     /* lede__read_row by (key, mask, print) */
    LEDE__READERS,   /* u32: number of a page, or number of pages + number of a set */
    LEDE__SETS,      /* lede__set_row */
    LEDE__SET_READS, /* u32 */
    LEDE__SET_PAGES, /* u32 */
    LEDE__DIMS,      /* lede__text_row by text; values: keys */
    LEDE__DIM_KEYS,  /* u32 */
    LEDE__DEAD,      /* u64 sorted: lede__spot of pages of tables below */
    LEDE__TEXTS,     /* bytes */
    LEDE__PARTS
};

typedef struct lede__table_place {
    uint64_t at, len; /* bytes from the head */
} lede__table_place;

typedef struct lede__table_head {
    char magic[8];
    uint32_t version, order_mark;
    uint64_t at;     /* of this head in the file */
    uint64_t length; /* to the end of the sums */
    uint64_t below;  /* where the table begins on which this one stands, or LEDE__NO_TABLE */
    uint64_t stamp;
    uint64_t alive; /* pages of this table and all below that are still meant */
    lede__table_place places[LEDE__PARTS];
    uint64_t sums_at, sums_sum;
    uint64_t head_sum; /* of all above */
} lede__table_head;

typedef struct lede__page_row {
    unsigned char sum[32];
    uint64_t at; /* in texts: path, how it was made, own reads */
    uint32_t path_len, made_len;
    uint32_t reads_len, n_reads; /* differences between sorted numbers of reads, 7 bits a byte */
    uint32_t set, unused;
} lede__page_row;

typedef struct lede__text_row {
    uint64_t at;
    uint32_t len, first; /* of its values */
} lede__text_row;

typedef struct lede__read_row {
    uint64_t mask, print;
    uint32_t key, first; /* of its readers */
} lede__read_row;

typedef struct lede__set_row {
    uint32_t read, page; /* its first ones */
} lede__set_row;

static_assert(sizeof(lede__table_head) == 256, "no padding");
static_assert(sizeof(lede__page_row) == 64, "no padding");
static_assert(sizeof(lede__text_row) == 16, "no padding");
static_assert(sizeof(lede__read_row) == 24, "no padding");

/* ---- a table that is mapped: records_table.c */

typedef struct lede__table {
    const char *bytes; /* of the head */
    const lede__table_head *head;
    uint32_t n_pages, n_keys, n_reads, n_sets, n_dims, n_dead;
    uint64_t *seen; /* a bit for each block whose sum was right */
    bool damaged;   /* one was not, or a number leads nowhere */
} lede__table;

/* Whether a head stands at `at` whose table lies in the file. */
bool lede__table_stands(lede_str file, uint64_t at);
/* LEDE_EFORMAT when places and sums do not agree; then t is closed. */
lede_status lede__table_open(lede__table *t, lede_str file, uint64_t at);
void lede__table_close(lede__table *t);
/* n rows of a part, from the first-th on; NULL (and t is damaged) when they are not there whole. */
const void *lede__table_rows(lede__table *t, enum lede__part part, uint64_t first, uint64_t n);
/* len bytes of the texts; {NULL, 0} when not there whole. */
lede_str lede__table_text(lede__table *t, uint64_t at, uint64_t len);
/* The first row of pages, keys or dims whose text is not less than text; *same: it is equal. */
uint32_t lede__table_search(lede__table *t, enum lede__part part, lede_str text, bool *same);
lede_str lede__table_text_of(lede__table *t, enum lede__part part, uint32_t row);
/* Takes the next of a page's reads: *at goes on, *number is the one before and becomes this one. */
bool lede__table_next_read(lede__table *t, lede_str *at, bool first, uint32_t *number);

static inline uint64_t lede__spot(unsigned table, uint32_t row) {
    return (uint64_t)table << 32 | row;
}

/* ---- what the next commit writes: records_draft.c */

typedef struct lede__draft_read {
    uint64_t mask, print;
    uint32_t key, unused;
} lede__draft_read;

typedef struct lede__draft_page {
    unsigned char sum[32];
    lede_str made;
    uint32_t *reads;
    uint32_t n_reads, set;
    bool is_gone;
} lede__draft_page;

typedef struct lede__draft {
    lede_arena arena;
    lede__names paths; /* of pages, in order of the first put or remove */
    lede__names keys;  /* kind and key */
    lede__names reads; /* the bytes of a lede__draft_read */
    lede__names sets;  /* the bytes of sorted numbers of reads */
    lede__draft_page *pages;
    uint32_t cap;
    lede_buf key; /* scratch */
} lede__draft;

void lede__draft_init(lede__draft *d);
void lede__draft_fini(lede__draft *d); /* may be repeated */
/* The number of a read whose key has its kind in front; LEDE_NO_NAME without memory. */
uint32_t lede__draft_read_of(lede__draft *d, lede_str key, uint64_t mask, uint64_t print);
/* The number of a set; sorts the list. LEDE_NO_NAME without memory. */
uint32_t lede__draft_set_of(lede__draft *d, uint32_t *reads, uint32_t *n);
/* The page of path, made if unknown; NULL without memory. */
lede__draft_page *lede__draft_page_of(lede__draft *d, lede_str path);
/* Sorts and leaves each number once; how many there are. */
uint32_t lede__sort_numbers(uint32_t *list, uint32_t n);

/* A draft as the parts of a table: records_build.c. */
typedef struct lede__built {
    lede_buf parts[LEDE__PARTS]; /* dead is the committer's */
} lede__built;
LEDE_MUST_CHECK lede_status lede__draft_build(const lede__draft *d, lede__built *out,
                                              lede_error *err);
void lede__built_fini(lede__built *b);
/* Writes the table at head->at of fd; head has at, below, stamp and alive. False with errno. */
bool lede__table_write(int fd, lede__table_head *head, const lede__built *b);

/* ---- the stack of tables: records.c, records_commit.c */

struct lede_records {
    char *file;
    lede__map map;
    ino_t inode;
    uint64_t end;    /* of the last whole table; less than the file's size: the rest is torn */
    unsigned n_file; /* tables in the file */
    unsigned n_tables;
    lede__table tables[LEDE__TABLES_MAX]; /* the one on which all stand first */
    lede__draft draft;
};

/* Whether no table above replaces or removes the page. */
bool lede__records_alive(lede_records *r, unsigned table, uint32_t row);
/* The page that is meant by path; false when there is none. */
bool lede__records_find(lede_records *r, lede_str path, unsigned *table, uint32_t *row);
/* LEDE_EFORMAT when a table is damaged. */
LEDE_MUST_CHECK lede_status lede__records_whole(const lede_records *r, lede_error *err);
/* Maps the file anew; nothing of before is at hand after a failure. */
LEDE_MUST_CHECK lede_status lede__records_map(lede_records *r, lede_error *err);

#endif
