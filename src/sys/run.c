/* run.c - fork, exec, read both outputs, wait. See sys/run.h.
 *
 * Between fork and exec only what is safe in a signal handler is called: another thread may have
 * held the allocator's lock. Why exec failed comes back by a pipe that a successful one closes. The
 * end is the program's own exit: a grandchild that keeps our pipes open is not waited for. */
#include "sys/run.h"

#include "base/banned.h"
#include "sys/os.h"
#include "sys/pipe.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_AT_ONCE = 64 << 10, LOOK_MS = 20 };

typedef struct running {
    lede__run_child child;
    lede_buf *texts[2];
    uint64_t due_us; /* 0 = never */
} running;

/* ---- the environment */

static bool is_replaced(const char *entry, const char *const *env) {
    const size_t n = strcspn(entry, "=") + 1;
    for (; *env; env++)
        if (strncmp(entry, *env, n) == 0)
            return true;
    return false;
}

/* Ours, with env over it. Give it back with free(); NULL without memory. */
static const char **merged_environment(const char *const *env) {
    static const char *const nothing[] = {NULL};
    size_t n = 0, ours = 0, theirs = 0;
    if (!env)
        env = nothing;
    while (environ[ours])
        ours++;
    while (env[theirs])
        theirs++;
    const char **all = malloc((ours + theirs + 1) * sizeof *all);
    if (!all)
        return NULL;
    for (size_t i = 0; i < ours; i++)
        if (!is_replaced(environ[i], env))
            all[n++] = environ[i];
    for (size_t i = 0; i < theirs; i++)
        all[n++] = env[i];
    all[n] = NULL;
    return all;
}

/* ---- starting */

static void close_one(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The child's ends of its pipes. */
typedef struct ends {
    int in, out, words;
} ends;

/* In the child; never returns. */
static void become(const lede__run_order *o, const char **env, const ends *e, int report) {
    sigset_t none;
    setpgid(0, 0);
    lede__die_with_parent();
    for (int i = 1; i < NSIG; i++)
        (void)signal(i, SIG_DFL); /* what is ignored would stay so */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    const int in = e->in >= 0 ? e->in : open("/dev/null", O_RDONLY);
    if (in >= 0 && dup2(in, 0) >= 0 && dup2(e->out, 1) >= 0 && dup2(e->words, 2) >= 0 &&
        (!o->folder || chdir(o->folder) == 0))
        execvpe(o->args[0], (char *const *)(uintptr_t)o->args, (char *const *)(uintptr_t)env);
    const int number = errno;
    (void)!write(report, &number, sizeof number);
    _exit(127);
}

static lede_status say_why_not(const lede__run_order *o, int number, lede_error *err) {
    if (o->folder && access(o->folder, X_OK) != 0)
        return lede__fail_os(err, errno, "cannot start '%s' in '%s'", o->args[0], o->folder);
    if (number == ENOENT || number == ENOTDIR)
        return lede_fail(err, LEDE_ENOTFOUND, "there is no program '%s'", o->args[0]);
    return lede__fail_os(err, number, "cannot start '%s'", o->args[0]);
}

/* Forks, and learns whether exec went well. */
static lede_status start(lede__run_child *c, const lede__run_order *o, const char **env,
                         const ends *e, lede_error *err) {
    int report[2], number = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return lede__fail_os(err, errno, "cannot make a pipe");
    lede__cloexec_from(3);
    c->pid = fork();
    if (c->pid == 0)
        become(o, env, e, report[1]);
    const int why = errno;
    close(report[1]);
    while (c->pid > 0 && read(report[0], &number, sizeof number) < 0 && errno == EINTR)
        ;
    close(report[0]);
    if (c->pid < 0)
        return lede__fail_os(err, why, "cannot start '%s'", o->args[0]);
    if (!number)
        return LEDE_OK;
    (void)lede__run_reap(c, true, NULL);
    return say_why_not(o, number, err);
}

/* ours is the end that we keep; the other goes to *theirs. */
static lede_status open_pipe(int ours, int *mine, int *theirs, lede_error *err) {
    int both[2];
    if (pipe2(both, O_CLOEXEC) != 0)
        return lede__fail_os(err, errno, "cannot make a pipe");
    *mine = both[ours];
    *theirs = both[1 - ours];
    (void)fcntl(*mine, F_SETFL, O_NONBLOCK);
    return LEDE_OK;
}

static void close_ours(lede__run_child *c) {
    close_one(&c->to);
    close_one(&c->from[0]);
    close_one(&c->from[1]);
    close_one(&c->pid_fd);
}

lede_status lede__run_start(const lede__run_order *o, bool fed, lede__run_child *out,
                            lede_error *err) {
    lede__run_child c = {.pid_fd = -1, .to = -1, .from = {-1, -1}};
    ends e = {-1, -1, -1};
    const char **env = merged_environment(o->env);
    lede_status st =
        env ? LEDE_OK
            : lede_fail(err, LEDE_ENOMEM, "out of memory for the environment of '%s'", o->args[0]);
    if (!st && fed)
        st = open_pipe(1, &c.to, &e.in, err);
    if (!st)
        st = open_pipe(0, &c.from[0], &e.out, err);
    if (!st)
        st = open_pipe(0, &c.from[1], &e.words, err);
    if (!st)
        st = start(&c, o, env, &e, err);
    close_one(&e.in);
    close_one(&e.out);
    close_one(&e.words);
    free(env);
    if (st)
        close_ours(&c);
    else
        c.pid_fd = (int)syscall(SYS_pidfd_open, c.pid, 0);
    *out = c;
    return st;
}

void lede__run_kill(const lede__run_child *c, int number) { (void)kill(-c->pid, number); }

bool lede__run_reap(const lede__run_child *c, bool wait, lede__run_end *end) {
    int how = 0;
    pid_t got;
    while ((got = waitpid(c->pid, &how, wait ? 0 : WNOHANG)) < 0 && errno == EINTR)
        ;
    if (got == 0)
        return false;
    if (end)
        *end = (lede__run_end){.status = WIFEXITED(how) ? WEXITSTATUS(how) : 0,
                               .signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0};
    return true;
}

/* ---- reading and waiting */

/* Takes what is there; closes at the end. False when the buffer is full. */
static bool take(running *r, int i) {
    int *fd = &r->child.from[i];
    while (*fd >= 0 && !r->texts[i]->status) {
        char bytes[READ_AT_ONCE];
        const ssize_t n = read(*fd, bytes, sizeof bytes);
        if (n > 0)
            lede_buf_addn(r->texts[i], bytes, (size_t)n);
        else if (n < 0 && errno == EAGAIN)
            break;
        else if (n == 0 || errno != EINTR)
            close_one(fd);
    }
    return !r->texts[i]->status;
}

/* Sleeps until there is something to read, an end, or the deadline. False when that has passed. */
static bool sleep_until_news(running *r) {
    const lede__run_child *c = &r->child;
    struct pollfd fds[] = {{.fd = c->from[0], .events = POLLIN},
                           {.fd = c->from[1], .events = POLLIN},
                           {.fd = c->pid_fd, .events = POLLIN}};
    int wait = c->pid_fd >= 0 ? -1 : LOOK_MS;
    if (r->due_us) {
        const uint64_t now = lede__monotonic_us();
        if (now >= r->due_us)
            return false;
        const uint64_t left = (r->due_us - now) / 1000 + 1;
        if (wait < 0 || left < (uint64_t)wait)
            wait = (int)left;
    }
    (void)poll(fds, sizeof fds / sizeof *fds, wait);
    return true;
}

/* Follows it to its end, or kills its group. */
static lede_status follow(running *r, const lede__run_order *o, lede__run_end *end,
                          lede_error *err) {
    lede_status st = LEDE_OK;
    while (!st) {
        const bool ended = lede__run_reap(&r->child, false, end);
        if (!take(r, 0) || !take(r, 1))
            st = lede_fail(err, LEDE_ELIMIT, "'%s' wrote too much", o->args[0]);
        if (ended)
            return st;
        if (!st && !sleep_until_news(r))
            st = lede_fail(err, LEDE_ETIMEOUT, "'%s' took longer than %d ms and was killed",
                           o->args[0], o->timeout_ms);
    }
    lede__run_kill(&r->child, SIGKILL);
    (void)lede__run_reap(&r->child, true, NULL);
    return st;
}

lede_status lede__run(const lede__run_order *o, lede_buf *out, lede_buf *words, lede__run_end *end,
                      lede_error *err) {
    running r = {.texts = {out, words}};
    lede__run_end how = {0};
    if (o->timeout_ms > 0)
        r.due_us = lede__monotonic_us() + (uint64_t)o->timeout_ms * 1000;
    lede_status st = lede__run_start(o, false, &r.child, err);
    if (st)
        return st;
    st = follow(&r, o, &how, err);
    if (!st)
        *end = how;
    close_ours(&r.child);
    return st;
}
