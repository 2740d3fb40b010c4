/* test_bind_times.c - what templates and hooks took, collected and told. */
#include "bind/times.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lauxlib.h>

static const lede__time_spent *spent_on(const lede__times *t, const char *name) {
    const uint32_t n = lede__names_find(&t->names, lede_str_of(name));
    assert_true(n < t->cap);
    return &t->spent[n];
}

static void each_is_charged_without_what_it_calls(void **state) {
    (void)state;
    lede__times worker, desk;
    lede_buf frame;
    lua_State *L = luaL_newstate();
    lede__times_init(&worker);
    lede__times_init(&desk);
    lede_buf_init(&frame, 1 << 20);
    lede__times_push(L, &worker);
    lua_setglobal(L, "leave");
    lua_setglobal(L, "enter");
    const char *script = "local function work(n) local x = 0 for i = 1, n do x = x + i end return x end "
                         "for i = 1, 2 do enter('outer') work(1000) enter('inner') work(2000000) leave() work(1000) leave() end "
                         "enter('broken') enter('off')";
    assert_int_equal(luaL_dostring(L, script), LUA_OK);
    lede__times_put(&worker, &frame);
    assert_int_equal(worker.names.count, 0);
    lede__times_take(&desk, lede_buf_str(&frame));
    lede__times_take(&desk, lede_buf_str(&frame));
    assert_int_equal(spent_on(&desk, "outer")->count, 4);
    assert_int_equal(spent_on(&desk, "inner")->count, 4);
    assert_int_equal(spent_on(&desk, "off")->count, 2);
    assert_true(spent_on(&desk, "inner")->ns > spent_on(&desk, "outer")->ns);
    lua_close(L);
    lede__times_fini(&worker);
    lede__times_fini(&desk);
    lede_buf_fini(&frame);
}

static void a_frame_that_is_cut_gives_what_is_whole(void **state) {
    (void)state;
    lede__times t, desk;
    lede_buf frame;
    lede__times_init(&t);
    lede__times_init(&desk);
    lede_buf_init(&frame, 1 << 20);
    lede__times_add(&t, LEDE_STR("one"), 10, 1);
    lede__times_add(&t, LEDE_STR("two"), 20, 2);
    lede__times_put(&t, &frame);
    for (size_t n = 0; n < frame.len; n++)
        lede__times_take(&desk, lede_str_n(frame.ptr, n));
    assert_int_equal(lede__names_find(&desk.names, LEDE_STR("two")), LEDE_NO_NAME);
    lede__times_fini(&t);
    lede__times_fini(&desk);
    lede_buf_fini(&frame);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_charged_without_what_it_calls),
        cmocka_unit_test(a_frame_that_is_cut_gives_what_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
