/* memo.c - what was printed once and is printed again: lede.memo and the partials of templates. Module "lede.memo_core".
 *
 * A partial is a function of its arguments, of the edition and of nothing else, unless it looks at the page it stands in.
 * So what it prints is kept under its arguments, with what it read; the next page that asks for the same gets the text
 * and has the reads recorded as its own. Whether a partial looked at the page is seen, not declared: its environment is
 * watched while it runs, and a name that only the page answers spoils the frame. Names that nobody answered are
 * remembered, because a page that does answer them must not get the text of one that does not.
 *
 * The recorder of reads belongs to the host (lede_vm_recorder in vm.h); its bytes are opaque here. A VM without one, such
 * as the desk's, keeps nothing. */
#include "script/internal.h"

#include "codec/hash.h"

#include <lauxlib.h>
#include <stdlib.h>

enum {
    LEVELS = 32,             /* of frames; deeper ones are not kept */
    KEPT_MAX = 16 << 20,     /* bytes of one VM; then all is forgotten */
    TEXT_MAX = 64 << 10,     /* of one text */
    KEY_MAX = 512,           /* bytes of a key */
    UNITS = 1024,            /* templates that have numbers of their own */
    TRIAL = 1024,            /* calls after which a partial must have been asked for twice... */
    TRIAL_HITS = TRIAL / 16, /* ...so many times, else keeping it is a waste */
};

typedef struct kept {
    uint64_t hash;
    uint32_t at, key_len, text_len, reads_len; /* in bytes: key, text, reads */
} kept;

typedef struct frame {
    size_t key_at, text_at; /* in keys; in the VM's output */
    uint64_t hash;
    uint32_t unit;
    int sides; /* outputs that were aside */
    bool spoiled;
} frame;

/* What is known of a unit. absent: how many names it looked for in vain, of those that any page may have and of others,
 * which a page has only when somebody gave them to it. */
enum { FIELDS, OTHERS, NAMES };
typedef struct trial {
    uint32_t calls, hits, absent[NAMES];
    uint64_t checked; /* the page, by its count, that has none of so many of them */
    uint32_t checked_absent[NAMES];
    uint64_t inner[UNITS / 64]; /* units that were printed within it: what they missed, it missed */
} trial;

struct lede__memo {
    lede_vm_recorder recorder;
    kept *items;
    uint32_t count, room;
    uint32_t *slots; /* number of item + 1 */
    uint32_t mask;
    lede_buf bytes, keys; /* keys: of the frames, one behind the other */
    frame frames[LEVELS];
    int level;
    uint64_t page; /* counts pages, and names that a page was given later */
    bool given;    /* this page was given names */
    trial trials[UNITS];
};

/* registry: number of item -> value; unit -> names, of either sort; names that any page may have -> true; the page */
static const char values_key, absent_keys[NAMES], fields_key, page_key;

lede__memo *lede__memo_new(void) {
    lede__memo *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    lede_buf_init(&m->bytes, KEPT_MAX);
    lede_buf_init(&m->keys, 1 << 20);
    return m;
}

void lede__memo_free(lede__memo *m) {
    if (!m)
        return;
    free(m->items);
    free(m->slots);
    lede_buf_fini(&m->bytes);
    lede_buf_fini(&m->keys);
    free(m);
}

void lede_vm_set_recorder(lede_vm *vm, const lede_vm_recorder *recorder) {
    vm->memo->recorder = *recorder;
}

static void fresh_registry(lua_State *L, const char *key) {
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

static void forget(lua_State *L, lede__memo *m) {
    m->count = 0;
    if (m->slots)
        memset(m->slots, 0, ((size_t)m->mask + 1) * sizeof *m->slots);
    lede_buf_clear(&m->bytes);
    fresh_registry(L, &values_key);
}

/* ---- keys: unit, then name and value of each argument, in the order of their table. The same arguments in another order
 * would be kept twice, no more. */

typedef struct key {
    char bytes[KEY_MAX];
    size_t len;
    bool full;
} key;

static void add(key *k, const void *bytes, size_t n) {
    if (n > sizeof k->bytes - k->len) {
        k->full = true;
        return;
    }
    memcpy(k->bytes + k->len, bytes, n);
    k->len += n;
}

static void add_string(lua_State *L, int i, key *k) {
    size_t len;
    const char *s = lua_tolstring(L, i, &len);
    add(k, &len, sizeof len);
    add(k, s, len);
}

/* false: values of this type are not compared, because they may change or because it costs what it saves. */
static bool add_value(lua_State *L, int i, const lede__memo *m, key *k) {
    const char type = (char)lua_type(L, i);
    uint64_t bits = 0;
    lua_Number n;
    add(k, &type, 1);
    switch (type) {
    case LUA_TSTRING: add_string(L, i, k); return true;
    case LUA_TBOOLEAN: bits = (uint64_t)lua_toboolean(L, i); break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, i)) {
            bits = (uint64_t)lua_tointeger(L, i);
            break;
        }
        n = lua_tonumber(L, i);
        memcpy(&bits, &n, sizeof bits);
        add(k, "f", 1);
        break;
    case LUA_TUSERDATA:
        bits = m->recorder.identity(m->recorder.ctx, L, i);
        if (!bits)
            return false;
        break;
    default: return false;
    }
    add(k, &bits, sizeof bits);
    return true;
}

/* The key of unit and its arguments (a table of scalars and handles, or one string), or false: not to be kept. */
static bool make_key(lua_State *L, int args, const lede__memo *m, uint32_t unit, key *k) {
    k->len = 0;
    k->full = false;
    add(k, &unit, sizeof unit);
    if (lua_type(L, args) == LUA_TSTRING) {
        add_string(L, args, k);
        return !k->full;
    }
    bool plain = true;
    lua_pushnil(L);
    while (plain && lua_next(L, args)) {
        plain = lua_type(L, -2) == LUA_TSTRING && add_value(L, lua_gettop(L), m, k) && !k->full;
        if (plain)
            add_string(L, lua_gettop(L) - 1, k);
        lua_pop(L, 1);
    }
    if (!plain)
        lua_pop(L, 1);
    return plain && !k->full;
}

/* ---- what is kept */

static uint32_t slot_of(const lede__memo *m, uint64_t hash, lede_str wanted) {
    uint32_t at = (uint32_t)hash & m->mask;
    for (; m->slots[at]; at = (at + 1) & m->mask) {
        const kept *k = &m->items[m->slots[at] - 1];
        if (k->hash == hash && lede_str_eq(lede_str_n(m->bytes.ptr + k->at, k->key_len), wanted))
            break;
    }
    return at;
}

static bool grow(lede__memo *m) {
    const uint32_t room = m->room ? m->room * 2 : 512, mask = room * 2 - 1;
    kept *items = realloc(m->items, room * sizeof *items);
    if (!items)
        return false;
    m->items = items;
    uint32_t *slots = calloc((size_t)mask + 1, sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t at = (uint32_t)items[i].hash & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = i + 1;
    }
    free(m->slots);
    m->slots = slots;
    m->mask = mask;
    m->room = room;
    return true;
}

/* Keeps text and reads under name. Returns the item, or NULL without room: then it is made again another time. */
static kept *keep(lua_State *L, lede__memo *m, uint64_t hash, lede_str name, lede_str text, lede_str reads) {
    if (m->bytes.len + name.len + text.len + reads.len + 1 > KEPT_MAX)
        forget(L, m);
    if (m->count == m->room && !grow(m))
        return NULL;
    const uint32_t at = slot_of(m, hash, name);
    if (m->slots[at] || !lede_buf_room(&m->bytes, name.len + text.len + reads.len))
        return NULL;
    kept *k = &m->items[m->count];
    *k = (kept){hash, (uint32_t)m->bytes.len, (uint32_t)name.len, (uint32_t)text.len, (uint32_t)reads.len};
    lede_buf_add(&m->bytes, name);
    lede_buf_add(&m->bytes, text);
    lede_buf_add(&m->bytes, reads);
    m->slots[at] = ++m->count;
    return k;
}

/* Whether the table at index i, itself (raw) or with what stands behind it, has a name that unit once looked for in vain. */
static bool has_missed(lua_State *L, const trial *t, uint32_t unit, int i, bool raw, bool others) {
    bool found = false;
    for (int sort = FIELDS; !found && sort <= (others ? OTHERS : FIELDS); sort++) {
        if (!t->absent[sort])
            continue;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &absent_keys[sort]);
        lua_rawgeti(L, -1, unit);
        for (uint32_t k = 1; !found && k <= t->absent[sort]; k++) {
            lua_rawgeti(L, -1, k);
            found = (raw ? lua_rawget(L, i) : lua_gettable(L, i)) != LUA_TNIL;
            lua_pop(L, 1);
        }
        lua_pop(L, 2);
    }
    return found;
}

/* Whether the page answers now. What it said holds until it is given a name. */
static bool answered_by_page(lua_State *L, lede__memo *m, uint32_t unit, int page) {
    trial *t = &m->trials[unit];
    if (t->checked == m->page && memcmp(t->checked_absent, t->absent, sizeof t->absent) == 0)
        return false;
    if (has_missed(L, t, unit, page, false, m->given))
        return true;
    t->checked = m->page;
    memcpy(t->checked_absent, t->absent, sizeof t->absent);
    return false;
}

/* Puts in the place of the environment at the top what answers for names that it lacks. That of a partial has a metatable of
 * ours: __index is a table, or watch() with it as an upvalue. */
static bool go_around(lua_State *L) {
    if (luaL_getmetafield(L, -1, "__index") == LUA_TNIL)
        return false;
    if (lua_iscfunction(L, -1)) {
        lua_getupvalue(L, -1, 1);
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
    return lua_istable(L, -1);
}

/* Whether arguments of the partials around, from the environment at index around to the page, answer now. */
static bool answered_around(lua_State *L, const trial *t, uint32_t unit, int around, int page) {
    bool found = false;
    lua_pushvalue(L, around);
    while (!found && !lua_rawequal(L, -1, page)) {
        found = has_missed(L, t, unit, lua_gettop(L), true, true);
        if (!found && !go_around(L))
            break;
    }
    lua_settop(L, page);
    return found;
}

static bool answered_alone(lua_State *L, lede__memo *m, uint32_t unit, int around, int page) {
    const trial *t = &m->trials[unit];
    const bool missed = t->absent[FIELDS] || t->absent[OTHERS];
    return missed && (answered_by_page(L, m, unit, page) ||
                      (!lua_rawequal(L, around, page) && answered_around(L, t, unit, around, page)));
}

/* Whether a name that unit, or a unit within it, once looked for in vain is answered now. page: the last index in use. */
static bool answered(lua_State *L, lede__memo *m, uint32_t unit, int around, int page) {
    const trial *t = &m->trials[unit];
    if (!lua_istable(L, page))
        return unit != 0; /* there is nothing to ask: made anew */
    bool found = answered_alone(L, m, unit, around, page);
    for (uint32_t word = 0; !found && word < UNITS / 64; word++)
        for (uint64_t bits = t->inner[word]; bits && !found; bits &= bits - 1)
            found = answered_alone(L, m, word * 64 + (uint32_t)__builtin_ctzll(bits), around, page);
    return found;
}

/* What is printed now is a part of what the frame around prints. */
static void note_inner(lede__memo *m, uint32_t unit) {
    if (!m->level)
        return;
    trial *outer = &m->trials[m->frames[m->level - 1].unit];
    outer->inner[unit / 64] |= (uint64_t)1 << unit % 64;
    for (uint32_t i = 0; i < UNITS / 64; i++)
        outer->inner[i] |= m->trials[unit].inner[i];
}

/* ---- watching */

static void remember_absent(lua_State *L, lede__memo *m, uint32_t unit, int name) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &fields_key);
    lua_pushvalue(L, name);
    const int sort = lua_rawget(L, -2) == LUA_TNIL ? OTHERS : FIELDS;
    uint32_t *count = &m->trials[unit].absent[sort];
    lua_pop(L, 2);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &absent_keys[sort]);
    if (lua_rawgeti(L, -1, unit) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, unit);
    }
    bool known = false;
    for (uint32_t i = 1; !known && i <= *count; i++) {
        lua_rawgeti(L, -1, i);
        known = lua_rawequal(L, -1, name);
        lua_pop(L, 1);
    }
    if (!known) {
        lua_pushvalue(L, name);
        lua_rawseti(L, -2, ++*count);
    }
    lua_pop(L, 2);
}

/* The frame of that level looked at what is around it: so did every memo that it stands in. Partials around it see the name
 * pass by themselves. */
static void spoil_from(lede__memo *m, int level) {
    if (level > m->level)
        return;
    do
        m->frames[--level].spoiled = true;
    while (level > 0 && m->frames[level - 1].unit == 0);
}

/* __index of a watched environment. Upvalues: the environment around, the level, the unit. */
static int watch(lua_State *L) {
    lede__memo *m = lede_vm_of(L)->memo;
    const int level = (int)lua_tointeger(L, lua_upvalueindex(2));
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_gettable(L, lua_upvalueindex(1)) == LUA_TNIL)
        remember_absent(L, m, (uint32_t)lua_tointeger(L, lua_upvalueindex(3)), 2);
    else
        spoil_from(m, level);
    return 1;
}

static void watch_arguments(lua_State *L, lede__memo *m, uint32_t unit) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, 3);
    lua_pushinteger(L, m->level);
    lua_pushinteger(L, unit);
    lua_pushcclosure(L, watch, 3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, 2);
}

/* ---- frames */

/* Ends the topmost frame: its reads become the reads of the frame below. They stay in *reads for the caller. */
static void pop(lede__memo *m, lede_buf *reads) {
    m->keys.len = m->frames[--m->level].key_at;
    m->recorder.end(m->recorder.ctx, reads);
    m->recorder.replay(m->recorder.ctx, lede_buf_str(reads));
}

static void settle(lede_vm *vm, int level) {
    while (vm->memo->level > level)
        pop(vm->memo, lede_vm_scratch(vm->L, KEPT_MAX));
}

void lede_vm_settle(lede_vm *vm) {
    settle(vm, 0);
    vm->memo->page++;
    vm->memo->given = false;
}

void lede_vm_spoil(lede_vm *vm) {
    for (int i = 0; i < vm->memo->level; i++)
        vm->memo->frames[i].spoiled = true;
}

static int print_again(lua_State *L, lede_vm *vm, uint32_t number) {
    const lede__memo *m = vm->memo;
    const kept *k = &m->items[number - 1];
    const char *text = m->bytes.ptr + k->at + k->key_len;
    lede_buf_addn(&vm->out, text, k->text_len);
    m->recorder.replay(m->recorder.ctx, lede_str_n(text + k->text_len, k->reads_len));
    lua_pushboolean(L, true);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &values_key);
    lua_rawgeti(L, -1, number);
    lua_remove(L, -2);
    return 2;
}

/* Whether keeping what unit prints has paid so far. */
static bool worth_keeping(const trial *t) { return t->calls < TRIAL || t->hits >= TRIAL_HITS; }

/* open(unit, arguments, environment): true and the value when it was printed again; a level when a frame is open
 * now, which close(level) ends; false when this cannot be kept. Unit 0 is lede.memo, whose argument is its key. */
static int l_memo_open(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede__memo *m = vm->memo;
    const lua_Integer number = lua_tointeger(L, 1);
    const uint32_t unit = (uint32_t)number;
    key k;
    lua_settop(L, 3);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &page_key);
    if (!unit)
        lua_copy(L, 4, 3);
    if (number < 0 || number >= UNITS || !m->recorder.begin || m->level == LEVELS ||
        (unit && !worth_keeping(&m->trials[unit])) || !make_key(L, 2, m, unit, &k)) {
        lua_pushboolean(L, false);
        return 1;
    }
    const lede_str name = lede_str_n(k.bytes, k.len);
    const uint64_t hash = lede__xxh64(name, 0);
    const uint32_t item = m->slots ? m->slots[slot_of(m, hash, name)] : 0;
    trial *t = &m->trials[unit];
    t->calls++;
    if (item && !answered(L, m, unit, 3, 4)) {
        t->hits++;
        note_inner(m, unit);
        return print_again(L, vm, item);
    }
    m->frames[m->level++] = (frame){m->keys.len, vm->out.len, hash, unit, vm->n_sides, false};
    lede_buf_add(&m->keys, name);
    m->recorder.begin(m->recorder.ctx);
    if (unit)
        watch_arguments(L, m, unit);
    lua_pushinteger(L, m->level);
    return 1;
}

/* close(level, value): what was printed since is kept, with the value, unless the frame was spoiled. */
static int l_memo_close(lua_State *L) {
    lede_vm *vm = lede_vm_of(L);
    lede__memo *m = vm->memo;
    const lua_Integer level = lua_tointeger(L, 1);
    const int type = lua_type(L, 2);
    luaL_argcheck(L, level >= 1 && level <= m->level, 1, "no such frame");
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD || (type == LUA_TUSERDATA && !lede_vm_safe(L, 2)))
        return luaL_error(L, "memo: a %s cannot be kept; text, numbers, booleans, safe HTML and nil can", luaL_typename(L, 2));
    settle(vm, (int)level); /* frames that an error left open */
    const frame f = m->frames[level - 1];
    m->level--;
    note_inner(m, f.unit);
    m->level++;
    const lede_str name = lede_str_n(m->keys.ptr + f.key_at, m->keys.len - f.key_at);
    lede_buf *reads = lede_vm_scratch(L, KEPT_MAX);
    pop(m, reads); /* the key's bytes stand until the next one is made */
    const bool whole = !f.spoiled && vm->n_sides == f.sides && vm->out.status == LEDE_OK && reads->status == LEDE_OK && vm->out.len >= f.text_at &&
                       vm->out.len - f.text_at <= TEXT_MAX;
    if (!whole)
        return 0;
    const lede_str text = lede_str_n(vm->out.ptr + f.text_at, vm->out.len - f.text_at);
    if (keep(L, m, f.hash, name, text, lede_buf_str(reads)) && !lua_isnoneornil(L, 2)) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &values_key);
        lua_pushvalue(L, 2);
        lua_rawseti(L, -2, m->count);
    }
    return 0;
}

/* changed(): the page was given a name that it did not have. */
static int l_memo_changed(lua_State *L) {
    lede__memo *m = lede_vm_of(L)->memo;
    m->page++;
    m->given = true;
    return 0;
}

/* fields(names): what any page of this VM may have. */
static int l_memo_fields(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &fields_key);
    for (lua_Integer i = 1; lua_rawgeti(L, 1, i) == LUA_TSTRING; i++) {
        lua_pushboolean(L, true);
        lua_rawset(L, 2);
    }
    return 0;
}

/* page(p): the page that is being made */
static int l_memo_page(lua_State *L) {
    lua_settop(L, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &page_key);
    return 0;
}

/* level(), and settle(level): the frames above it end, as after an error that was caught. */
static int l_memo_level(lua_State *L) {
    lua_pushinteger(L, lede_vm_of(L)->memo->level);
    return 1;
}

static int l_memo_settle(lua_State *L) {
    settle(lede_vm_of(L), (int)luaL_checkinteger(L, 1));
    return 0;
}

static int open_memo(lua_State *L) {
    static const luaL_Reg functions[] = {{"open", l_memo_open},   {"close", l_memo_close}, {"level", l_memo_level},
                                         {"settle", l_memo_settle}, {"changed", l_memo_changed},
                                         {"fields", l_memo_fields}, {"page", l_memo_page}, {NULL, NULL}};
    fresh_registry(L, &values_key);
    fresh_registry(L, &absent_keys[FIELDS]);
    fresh_registry(L, &absent_keys[OTHERS]);
    fresh_registry(L, &fields_key);
    luaL_newlib(L, functions);
    return 1;
}

void lede__open_memo(lua_State *L) { lede_vm_preload(lede_vm_of(L), "lede.memo_core", open_memo); }
