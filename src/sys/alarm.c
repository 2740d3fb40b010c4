/* alarm.c - a deadline that rings in whatever runs. See sys/sys.h.
 *
 * The wall clock's timer and SIGALRM. fn runs inside a signal handler: it may set flags and Lua's
 * hook, nothing that allocates or locks. */
#include "sys/sys.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

typedef struct bell {
    void (*fn)(void *ctx);
    void *ctx;
} bell;

/* The handler reads through this pointer, so it never sees half of a pair. */
static bell armed;
static bell *_Atomic current;

static void ring(int signal_number) {
    (void)signal_number;
    const int number = errno;
    bell *b = atomic_load_explicit(&current, memory_order_acquire);
    if (b && b->fn)
        b->fn(b->ctx);
    errno = number;
}

static void set_timer(int ms) {
    const struct itimerval timer = {
        .it_value = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000}};
    (void)setitimer(ITIMER_REAL, &timer, NULL);
}

void lede__alarm(int ms, void (*fn)(void *ctx), void *ctx) {
    static atomic_bool installed;
    set_timer(0);
    atomic_store_explicit(&current, NULL,
                          memory_order_release); /* a signal on its way finds nobody */
    if (ms <= 0)
        return;
    if (!atomic_exchange(&installed, true)) {
        struct sigaction action = {.sa_handler = ring, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        (void)sigaction(SIGALRM, &action, NULL);
    }
    armed = (bell){fn, ctx};
    atomic_store_explicit(&current, &armed, memory_order_release);
    set_timer(ms);
}
