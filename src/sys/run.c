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
    pid_t pid;
    int pid_fd;  /* becomes readable at its end; -1 on kernels without: then we look now and then */
    int from[2]; /* our ends of its stdout and stderr; -1 when closed */
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

static void close_both(int ends[2]) {
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
        ends[i] = -1;
    }
}

/* In the child; never returns. */
static void become(const char *const *args, const char **env, int out, int words, int report) {
    sigset_t none;
    setpgid(0, 0);
    lede__die_with_parent();
    for (int i = 1; i < NSIG; i++)
        (void)signal(i, SIG_DFL); /* what is ignored would stay so */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, 0) >= 0 && dup2(out, 1) >= 0 && dup2(words, 2) >= 0)
        execvpe(args[0], (char *const *)(uintptr_t)args, (char *const *)(uintptr_t)env);
    const int number = errno;
    (void)!write(report, &number, sizeof number);
    _exit(127);
}

/* Forks; *number is what exec said, or 0. */
static lede_status start(running *r, const char *const *args, const char **env, int to[2],
                         int *number, lede_error *err) {
    int report[2];
    *number = 0;
    if (pipe2(report, O_CLOEXEC) != 0)
        return lede__fail_os(err, errno, "cannot make a pipe");
    lede__cloexec_from(3);
    r->pid = fork();
    if (r->pid == 0)
        become(args, env, to[0], to[1], report[1]);
    const int why = errno;
    close(report[1]);
    while (r->pid > 0 && read(report[0], number, sizeof *number) < 0 && errno == EINTR)
        ;
    close(report[0]);
    return r->pid < 0 ? lede__fail_os(err, why, "cannot start '%s'", args[0]) : LEDE_OK;
}

static lede_status open_outputs(running *r, int to[2], lede_error *err) {
    for (int i = 0; i < 2; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return lede__fail_os(err, errno, "cannot make a pipe");
        r->from[i] = ends[0];
        to[i] = ends[1];
        (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    }
    return LEDE_OK;
}

/* ---- reading and waiting */

/* Takes what is there; closes at the end. False when the buffer is full. */
static bool take(running *r, int i) {
    while (r->from[i] >= 0 && !r->texts[i]->status) {
        char bytes[READ_AT_ONCE];
        const ssize_t n = read(r->from[i], bytes, sizeof bytes);
        if (n > 0) {
            lede_buf_addn(r->texts[i], bytes, (size_t)n);
        } else if (n < 0 && errno == EAGAIN) {
            break;
        } else if (n == 0 || errno != EINTR) {
            close(r->from[i]);
            r->from[i] = -1;
        }
    }
    return !r->texts[i]->status;
}

/* Sleeps until there is something to read, an end, or the deadline. False when that has passed. */
static bool sleep_until_news(running *r) {
    struct pollfd fds[] = {{.fd = r->from[0], .events = POLLIN},
                           {.fd = r->from[1], .events = POLLIN},
                           {.fd = r->pid_fd, .events = POLLIN}};
    int wait = r->pid_fd >= 0 ? -1 : LOOK_MS;
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

static void wait_for(pid_t pid, int *how) {
    while (waitpid(pid, how, 0) < 0 && errno == EINTR)
        ;
}

/* Follows it to its end, or kills its group. */
static lede_status follow(running *r, const lede__run_order *o, int *how, lede_error *err) {
    lede_status st = LEDE_OK;
    while (!st) {
        const bool ended = waitpid(r->pid, how, WNOHANG) == r->pid;
        if (!take(r, 0) || !take(r, 1))
            st = lede_fail(err, LEDE_ELIMIT, "'%s' wrote too much", o->args[0]);
        if (ended)
            return st;
        if (!st && !sleep_until_news(r))
            st = lede_fail(err, LEDE_ETIMEOUT, "'%s' took longer than %d ms and was killed",
                           o->args[0], o->timeout_ms);
    }
    (void)kill(-r->pid, SIGKILL);
    wait_for(r->pid, how);
    return st;
}

static lede_status say_why_not(const char *program, int number, lede_error *err) {
    if (number == ENOENT || number == ENOTDIR)
        return lede_fail(err, LEDE_ENOTFOUND, "there is no program '%s'", program);
    return lede__fail_os(err, number, "cannot start '%s'", program);
}

static lede_status run(running *r, const lede__run_order *o, const char **env, int to[2],
                       lede__run_end *end, lede_error *err) {
    int how = 0, number = 0;
    lede_status st = open_outputs(r, to, err);
    if (!st)
        st = start(r, o->args, env, to, &number, err);
    close_both(to);
    if (st)
        return st;
    if (number) {
        wait_for(r->pid, &how);
        return say_why_not(o->args[0], number, err);
    }
    r->pid_fd = (int)syscall(SYS_pidfd_open, r->pid, 0);
    st = follow(r, o, &how, err);
    if (!st)
        *end = (lede__run_end){.status = WIFEXITED(how) ? WEXITSTATUS(how) : 0,
                               .signal = WIFSIGNALED(how) ? WTERMSIG(how) : 0};
    if (r->pid_fd >= 0)
        close(r->pid_fd);
    return st;
}

lede_status lede__run(const lede__run_order *o, lede_buf *out, lede_buf *words, lede__run_end *end,
                      lede_error *err) {
    running r = {.pid_fd = -1, .from = {-1, -1}, .texts = {out, words}};
    int to[2] = {-1, -1};
    const char **env = merged_environment(o->env);
    if (!env)
        return lede_fail(err, LEDE_ENOMEM, "out of memory for the environment of '%s'", o->args[0]);
    if (o->timeout_ms > 0)
        r.due_us = lede__monotonic_us() + (uint64_t)o->timeout_ms * 1000;
    const lede_status st = run(&r, o, env, to, end, err);
    close_both(r.from);
    free(env);
    return st;
}
