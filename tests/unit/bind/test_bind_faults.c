/* What waits survives everything once: each allocation of Lua and of our own code refused, a task
 * canceled at each of its waits. Whatever comes of it, the loop closes with nothing left in it
 * (lede_loop_close asserts that uv_loop_close is 0). */
#include "bind/task.h"
#include "loop/timer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

/* ---- our own allocations: those called from this program, whose code ends at etext; libraries lie
 * elsewhere */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTED 1

extern char __executable_start, etext;
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static size_t fail_in; /* 0: none fails */

static bool fails(const void *caller) {
    const bool ours = (const char *)caller >= &__executable_start && (const char *)caller < &etext;
    return ours && fail_in && --fail_in == 0;
}

void *malloc(size_t n) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t each) {
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, each);
}
void *realloc(void *p, size_t n) {
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, n);
}
#endif

/* ---- scripts that wait for one kind of thing each */

#define CLOSE "local function closing(fn) return setmetatable({}, { __close = fn }) end "
static const char *const scripts[] = {
    "local task, timer = lede.task, lede.timer " CLOSE "local gate = task.gate(1) "
    "local function one(n) local pass <close> = gate:enter() timer.sleep(0.001) return n end "
    "local got = task.all{ function() return one(1) end, function() return one(2) end } "
    "assert(#task.limit(2, { 1, 2, 3 }, one) == 3) "
    "local r, err = task.timeout(0.001, timer.sleep, 0.05) assert(not r and err.code == 'timeout', "
    "tostring(err)) "
    "task.pause() local t <close> = task.spawn(timer.sleep, 0.05) return got[1] + got[2]",

    "local fs = lede.fs local root = assert(os.tmpname()) os.remove(root) assert(fs.mkdir(root)) "
    "local gone <close> = setmetatable({}, { __close = function() os.execute('rm -rf ' .. root) "
    "end }) "
    "assert(fs.write(root .. '/a', 'text')) assert(fs.read(root .. '/a') == 'text') "
    "assert(#fs.walk(root) == 1) assert(#fs.list(root) == 1) assert(fs.stat(root .. '/a').size == "
    "4) assert(fs.sha256(root .. '/a')) "
    "do local l <close> = assert(fs.lock(root .. '/l')) assert(not fs.lock(root .. '/l')) end "
    "assert(fs.remove(root .. '/l')) "
    "assert(lede.compress.gzip('text')) assert(lede.compress.brotli('text')) "
    "do local f <close> = assert(fs.open(root .. '/b', 'w')) assert(f:write('x')) assert(f:sync()) "
    "end "
    "do local f <close> = assert(fs.open(root .. '/b')) assert(f:read() == 'x') assert(f:read() == "
    "nil) end "
    "assert(fs.rename(root .. '/b', root .. '/c')) assert(fs.remove(root .. '/c')) return 3",

    "local process = lede.process assert(process.run{ 'sh', '-c', 'echo a', timeout = 20 }.out == "
    "'a\\n') "
    "local c <close> = assert(process.start{ 'cat' }) assert(c:write('x')) assert(c:read() == 'x') "
    "c:finish() "
    "assert(c:read() == nil) assert(c:wait().status == 0) return 3",

    "local net, task = lede.net, lede.task local l <close> = assert(net.listen{ host = "
    "'127.0.0.1', port = 0 }) "
    "local server <close> = task.spawn(function() local s <close> = assert(l:accept()) "
    "assert(s:write(s:read_line() .. '!\\n')) end) "
    "local s <close> = assert(net.connect{ host = '127.0.0.1', port = l:port() }) "
    "assert(s:write('a\\n')) "
    "assert(s:read_line() == 'a!') assert(s:read() == nil) server:join() return 3",

    "local net, task, http = lede.net, lede.task, lede.http local l <close> = assert(net.listen{ "
    "host = '127.0.0.1', port = 0 }) "
    "local server <close> = task.spawn(function() for s in function() return l:accept() end do "
    "local s <close> = s "
    "for line in function() return s:read_line() end do if line == '' then break end end "
    "s:write('HTTP/1.1 200 OK\\r\\nETag: \"a\"\\r\\nConnection: close\\r\\nContent-Length: "
    "2\\r\\n\\r\\nok') end end) "
    "local url, o = 'http://127.0.0.1:' .. l:port(), { private = true, retries = 0, headers = { A "
    "= 'b' } } "
    "assert(assert(http.get(url, o)).body == 'ok') "
    "do local r <close> = assert(http.open(url, o)) assert(r.etag and r:read() == 'ok') "
    "assert(r:read() == nil) end "
    "o.to = function(bytes) assert(bytes == 'ok') end assert(http.get(url, o)) return 3",

    "local fs, watch = lede.fs, lede.watch local root = assert(os.tmpname()) os.remove(root) "
    "assert(fs.mkdir(root .. '/sub')) "
    "local gone <close> = setmetatable({}, { __close = function() os.execute('rm -rf ' .. root) "
    "end }) "
    "local w <close> = assert(watch.open(root, { quiet = 0.001 })) assert(fs.mkdir(root .. "
    "'/new')) assert(#w:next() >= 1) return 3",
};
enum { SCRIPTS = sizeof scripts / sizeof *scripts };

/* ---- running one */

enum { PATIENCE_MS = 150 };
static size_t told;
static lede__timer *patience;

static void count_failed(void *ctx, lede_str text) {
    (void)ctx, (void)text;
    told++;
}

/* Who was waited for may have died of the fault. */
static void lose_patience(void *ctx) {
    lede__desk *d = ctx;
    patience = NULL;
    lede_tasks_cancel(d->vm);
}

static void start_patience(lede__desk *d) {
    lede_loop *loop;
    assert_int_equal(lede__desk_loop(lede_vm_lua(d->vm), &loop, NULL), LEDE_OK);
    patience = lede__timer_start(loop, PATIENCE_MS, lose_patience, d);
    assert_non_null(patience);
}

static void stop_patience(void) {
    lede__timer_stop(patience);
    patience = NULL;
}

static void open_desk(lede__desk *d) {
    lede_error err;
    if (lede__desk_open(d, &err))
        fail_msg("%s", err.message);
    d->host.failed = count_failed;
    told = 0;
    start_patience(d);
#ifdef COUNTED
    /* Libuv's own memory: the loop ends the program where libuv would abort, by a function of ours.
     */
    assert_int_equal(uv_replace_allocator(__libc_malloc, __libc_realloc, __libc_calloc, free), 0);
#endif
}

/* Gives the status of a script that gives 3 when all went well. cancel_at: cancels it when it waits
 * for the nth time. */
static int run_script(lede__desk *d, const char *source, size_t cancel_at, size_t *waits) {
    lede_error err = {0};
    lede_task *t;
    int value;
    *waits = 0;
    if (lede_vm_load(d->vm, lede_str_of(source), "=script", &err) ||
        lede_task_start(d->vm, 0, &t, &err))
        return -1;
    lede_task_keep(t);
    while (lede_tasks_live(d->vm)) {
        const bool ready = lede_tasks_run(d->vm);
        if (++*waits == cancel_at)
            lede_tasks_cancel(d->vm);
        if (d->loop && !lede_loop_turn(d->loop, !ready && !lede_tasks_ready(d->vm)) &&
            !lede_tasks_ready(d->vm))
            lede_tasks_cancel(d->vm); /* what it waited for was refused */
    }
    const lede_status st = lede_task_result(t, &value);
    lede_task_let_go(t);
    return st ? -1 : value;
}

static void scripts_do_what_they_should(void **state) {
    (void)state;
    for (size_t i = 0; i < SCRIPTS; i++) {
        lede__desk d;
        size_t waits;
        open_desk(&d);
        if (run_script(&d, scripts[i], 0, &waits) != 3)
            fail_msg("script %zu fails", i);
        assert_int_equal(told, 0);
        stop_patience();
        lede__desk_close(&d);
    }
}

static void a_task_is_canceled_at_every_wait(void **state) {
    (void)state;
    for (size_t i = 0; i < SCRIPTS; i++) {
        size_t waits = SIZE_MAX;
        for (size_t n = 1; n <= waits && n < 200; n++) {
            lede__desk d;
            open_desk(&d);
            const int value = run_script(&d, scripts[i], n, &waits);
            assert_true(value == -1 || value == 3); /* it had ended before */
            stop_patience();
            lede__desk_close(&d);
        }
    }
}

/* Steps over allocations: all of the first ones, then every few, so that a run stays short. */
static size_t after(size_t n) { return n < 40 ? n + 1 : n + 1 + n / 24; }

static void every_allocation_of_lua_fails_once(void **state) {
    (void)state;
    for (size_t i = 0; i < SCRIPTS; i++) {
        int value = -1;
        for (size_t n = 1; value != 3 && n < 100000; n = after(n)) {
            lede__desk d;
            size_t waits;
            open_desk(&d);
            lede__vm_fail_alloc(d.vm, n);
            value = run_script(&d, scripts[i], 0, &waits);
            lede__vm_fail_alloc(d.vm, 0);
            stop_patience();
            lede__desk_close(&d);
        }
        assert_int_equal(value, 3); /* the last one had enough */
    }
}

static void every_allocation_of_ours_fails_once(void **state) {
    (void)state;
#ifdef COUNTED
    for (size_t i = 0; i < SCRIPTS; i++) {
        size_t left = 0;
        for (size_t n = 1; left == 0 && n < 100000; n = after(n)) {
            lede__desk d;
            size_t waits;
            open_desk(&d);
            fail_in = n;
            (void)run_script(&d, scripts[i], 0, &waits);
            left = fail_in;
            fail_in = 0;
            stop_patience();
            lede__desk_close(&d);
        }
        assert_true(left > 0);
    }
#else
    skip();
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_do_what_they_should),
        cmocka_unit_test(a_task_is_canceled_at_every_wait),
        cmocka_unit_test(every_allocation_of_lua_fails_once),
        cmocka_unit_test(every_allocation_of_ours_fails_once),
    };
    alarm(120); /* a wait that never ends is a failure, too */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
