/* test_sys_process.c - shutting in, the alarm, clocks and costs. What shuts in happens in children.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

static char root[64];
static char in[80], out[80];

static int enter(void **state) {
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%.40s/lede-test-XXXXXX", tmp && *tmp ? tmp : P_tmpdir);
    if (!mkdtemp(root))
        return -1;
    snprintf(in, sizeof in, "%s/in", root);
    snprintf(out, sizeof out, "%s/out", root);
    return mkdir(in, 0777) || mkdir(out, 0777) ? -1 : 0;
}

static int leave(void **state) {
    (void)state;
    return lede__remove_tree(root, NULL) ? -1 : 0;
}

/* Runs fn in a child that has shut itself in; fn answers the number of the line that went wrong, or
 * 0. */
static void in_a_shut_child(int (*fn)(void)) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        const char *const readable[] = {"/proc", NULL};
        const char *const writable[] = {in, "/nonexistent", NULL};
        const char *words = NULL;
        lede_error err = {0};
        if (lede__shut_in(readable, writable, &words, &err) || !words) {
            fprintf(stderr, "%s\n", err.message);
            _exit(250);
        }
        _exit(fn() % 251);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    if (!WIFEXITED(how))
        fail_msg("the child died by signal %d", WTERMSIG(how));
    if (WEXITSTATUS(how))
        fail_msg("the child failed at line %d (modulo 251)", WEXITSTATUS(how));
}

#define NEED(cond)                                                                                 \
    if (!(cond))                                                                                   \
    return __LINE__
#define REFUSED(call) NEED((errno = 0, (call) < 0 && errno == EPERM))

static bool has_seccomp(void) { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0; }

static bool has_landlock(void) {
    return syscall(444 /* landlock_create_ruleset */, NULL, (size_t)0, 1) > 0;
}

static int tries_the_network(void) {
    int pair[2];
    REFUSED(socket(AF_INET, SOCK_STREAM, 0));
    REFUSED(socket(AF_INET6, SOCK_DGRAM, 0));
    REFUSED(socket(AF_UNIX, SOCK_STREAM, 0));
    REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    REFUSED(bind(0, NULL, 0));
    REFUSED(connect(0, NULL, 0));
    NEED(syscall(SYS_io_uring_setup, 1, NULL) < 0 && errno == ENOSYS);
    return 0;
}

static void a_shut_in_process_has_no_network(void **state) {
    (void)state;
    if (!has_seccomp())
        skip();
    in_a_shut_child(tries_the_network);
}

static int tries_processes(void) {
    char *const nothing[] = {NULL};
    REFUSED(fork());
    REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    REFUSED(execve("/bin/true", nothing, nothing));
    REFUSED(syscall(SYS_execveat, AT_FDCWD, "/bin/true", nothing, nothing, 0));
    REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    REFUSED(kill(getppid(), 0));
    REFUSED(kill(-1, 0));
    REFUSED(kill(0, 0));
    REFUSED(syscall(SYS_tgkill, getppid(), getppid(), 0));
    REFUSED(syscall(SYS_unshare, 0));
    REFUSED(syscall(SYS_mount, NULL, NULL, NULL, 0, NULL));
    REFUSED(syscall(SYS_chroot, "/"));
    NEED(kill(getpid(), 0) == 0);
    NEED(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
    return 0;
}

static void a_shut_in_process_starts_and_touches_no_other(void **state) {
    (void)state;
    if (!has_seccomp())
        skip();
    in_a_shut_child(tries_processes);
}

static void *of_thread(void *ctx) {
    char *p = malloc(3 << 20);
    if (p)
        memset(p, 7, 3 << 20);
    *(bool *)ctx = p != NULL;
    free(p);
    return NULL;
}

static int does_ordinary_work(void) {
    char path[200], other[200];
    lede_buf b;
    snprintf(path, sizeof path, "%s/a/b/page.html", in);
    snprintf(other, sizeof other, "%s/linked.html", in);
    char folder[200];
    snprintf(folder, sizeof folder, "%s/a/b", in);
    NEED(lede__make_dirs(folder, NULL) == LEDE_OK);
    NEED(lede__write_file(path, LEDE_STR("text"), true, NULL) == LEDE_OK);
    NEED(lede__write_file(path, LEDE_STR("more text"), false, NULL) == LEDE_OK);
    NEED(truncate(path, 4) == 0);
    NEED(link(path, other) == 0);
    lede_buf_init(&b, 1000);
    NEED(lede__read_file(other, 1000, &b, NULL) == LEDE_OK && strcmp(b.ptr, "more") == 0);
    lede_buf_fini(&b);
    NEED(symlink("linked.html", path) < 0 && errno == EEXIST);
    NEED(rename(other, path) == 0);
    lede__map map;
    NEED(lede__map_open(path, &map, NULL) == LEDE_OK && map.len == 4);
    lede__map_close(&map);
    snprintf(folder, sizeof folder, "%s/a", in);
    NEED(lede__remove_tree(folder, NULL) == LEDE_OK);

    char *big = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEED(big != MAP_FAILED);
    big[12345678] = 1;
    NEED(munmap(big, 64 << 20) == 0);
    for (int i = 0; i < 4; i++) {
        pthread_t thread;
        bool good = false;
        NEED(pthread_create(&thread, NULL, of_thread, &good) == 0);
        NEED(pthread_join(thread, NULL) == 0 && good);
    }
    unsigned char bytes[16] = {0};
    NEED(lede__random(bytes, sizeof bytes));
    int ends[2];
    NEED(pipe(ends) == 0 && write(ends[1], "x", 1) == 1 && read(ends[0], bytes, 1) == 1);
    struct rlimit limit;
    NEED(getrlimit(RLIMIT_DATA, &limit) == 0 && setrlimit(RLIMIT_DATA, &limit) == 0);
    NEED(lede__pss_bytes(0) > 0);
    return 0;
}

static void ordinary_work_goes_on_when_shut_in(void **state) {
    (void)state;
    in_a_shut_child(does_ordinary_work);
}

static int aborts(void) {
    const struct rlimit none = {0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(SIGABRT, SIG_DFL);
    (void)!close(STDERR_FILENO);
    abort();
}

static void a_shut_in_process_can_still_abort(void **state) {
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        if (lede__shut_in(NULL, NULL, NULL, NULL))
            _exit(1);
        _exit(aborts());
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
    assert_int_equal(WTERMSIG(how), SIGABRT);
}

static void a_shut_in_process_ends_as_usual(void **state) {
    (void)state;
    fflush(NULL); /* or the child tells what the parent has said already */
    const pid_t child = fork();
    if (child == 0)
        exit(lede__shut_in(NULL, NULL, NULL, NULL) ? 1 : 0); /* at exit sanitizers look for leaks */
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(how, 0);
}

static int tries_files_elsewhere(void) {
    char path[200];
    snprintf(path, sizeof path, "%s/x", out);
    NEED(open(path, O_WRONLY | O_CREAT, 0666) < 0 && errno == EACCES);
    NEED(mkdir(path, 0777) < 0 && errno == EACCES);
    NEED(open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES);
    NEED(open(out, O_RDONLY | O_DIRECTORY) < 0 && errno == EACCES);
    NEED(rename(in, path) < 0);
    const int status = open("/proc/self/status", O_RDONLY);
    NEED(status >= 0);
    snprintf(path, sizeof path, "%s/link", in);
    NEED(symlink("/etc/passwd", path) == 0);
    NEED(open(path, O_RDONLY) < 0 && errno == EACCES);
    return 0;
}

static void a_shut_in_process_has_its_own_files_only(void **state) {
    (void)state;
    if (!has_landlock()) {
        print_message("skipped: this kernel has no Landlock\n");
        skip();
    }
    in_a_shut_child(tries_files_elsewhere);
}

static void what_is_enforced_is_said_in_words(void **state) {
    (void)state;
    const char *words = lede__shut_in_words();
    assert_int_equal(strstr(words, "(seccomp)") != NULL, has_seccomp());
    assert_int_equal(strstr(words, "(Landlock)") != NULL, has_landlock());
}

/* In a kernel that does not know openat2: every link is refused, files are still found. */
static int reads_without_openat2(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 437 /* openat2 */, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {4, filter};
    NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    NEED(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    const int dir = open(in, O_RDONLY | O_DIRECTORY);
    NEED(dir >= 0);
    lede_buf b;
    lede_buf_init(&b, 100);
    NEED(lede__read_below(dir, "d/e/file", 100, &b, NULL) == LEDE_OK && strcmp(b.ptr, "f") == 0);
    NEED(lede__read_below(dir, "file-link", 100, &b, NULL) == LEDE_EDENIED);
    NEED(lede__read_below(dir, "folder-link/file", 100, &b, NULL) != LEDE_OK);
    NEED(lede__read_below(dir, "d/none/file", 100, &b, NULL) == LEDE_ENOTFOUND);
    NEED(lede__read_below(dir, "../in/d/e/file", 100, &b, NULL) == LEDE_EDENIED);
    NEED(b.len == 1 && fcntl(dir, F_GETFD) >= 0);
    lede_buf_fini(&b);
    return 0;
}

static void an_old_kernel_reads_below_a_folder_too(void **state) {
    (void)state;
    if (!has_seccomp())
        skip();
    char path[200];
    snprintf(path, sizeof path, "%s/d/e", in);
    assert_int_equal(lede__make_dirs(path, NULL), LEDE_OK);
    snprintf(path, sizeof path, "%s/d/e/file", in);
    assert_int_equal(lede__write_file(path, LEDE_STR("f"), false, NULL), LEDE_OK);
    snprintf(path, sizeof path, "%s/file-link", in);
    assert_int_equal(symlink("d/e/file", path), 0);
    snprintf(path, sizeof path, "%s/folder-link", in);
    assert_int_equal(symlink("d/e", path), 0);
    const pid_t child = fork();
    if (child == 0)
        _exit(reads_without_openat2() % 251);
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    if (how)
        fail_msg("line %d (modulo 251)", WEXITSTATUS(how));
}

static volatile sig_atomic_t rung;

static void ring(void *ctx) { rung = rung + *(int *)ctx; }

static void wait_for_bell(uint64_t most_us) {
    const uint64_t until = lede__monotonic_us() + most_us;
    while (!rung && lede__monotonic_us() < until) {
    }
}

static void the_alarm_rings_once_unless_it_is_cancelled(void **state) {
    (void)state;
    int one = 1, ten = 10;
    const uint64_t before = lede__monotonic_us();
    rung = 0;
    lede__alarm(20, ring, &one);
    wait_for_bell(5000000);
    assert_int_equal(rung, 1);
    assert_true(lede__monotonic_us() - before >= 19000);
    rung = 0;
    wait_for_bell(50000);
    assert_int_equal(rung, 0); /* once */
    lede__alarm(20, ring, &one);
    lede__alarm(0, NULL, NULL);
    wait_for_bell(60000);
    assert_int_equal(rung, 0);
    lede__alarm(10000, ring, &one);
    lede__alarm(20, ring, &ten); /* the later one stands */
    wait_for_bell(5000000);
    assert_int_equal(rung, 10);
}

static void costs_and_clocks_go_forward(void **state) {
    (void)state;
    const uint64_t clock = lede__monotonic_us(), cpu = lede__cpu_us();
    volatile uint32_t sum = 0;
    while (lede__cpu_us() < cpu + 20000 && lede__monotonic_us() < clock + 10000000)
        sum = sum + 1;
    assert_true(lede__cpu_us() >= cpu + 20000);
    assert_true(lede__monotonic_us() > clock);
    const uint64_t pss = lede__pss_bytes(0);
    assert_in_range(pss, 100000, UINT64_C(1) << 40);
    char *more = malloc(32 << 20);
    assert_non_null(more);
    memset(more, 1, 32 << 20);
    assert_true(lede__pss_bytes((int)getpid()) > pss + (24 << 20));
    free(more);
    assert_int_equal(lede__pss_bytes(0x3FFFFFFF), 0);
}

static void random_bytes_differ(void **state) {
    (void)state;
    unsigned char a[64] = {0}, b[64] = {0};
    assert_true(lede__random(a, sizeof a));
    assert_true(lede__random(b, sizeof b));
    assert_memory_not_equal(a, b, sizeof a);
    assert_true(lede__random(a, 0));
}

static void the_program_knows_its_file(void **state) {
    (void)state;
    const char *path = lede__program_path();
    assert_ptr_equal(path, lede__program_path());
    assert_non_null(strstr(path, "test_sys_process"));
    assert_true(lede__exists(path));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shut_in_process_has_no_network, enter, leave),
        cmocka_unit_test_setup_teardown(a_shut_in_process_starts_and_touches_no_other, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(ordinary_work_goes_on_when_shut_in, enter, leave),
        cmocka_unit_test_setup_teardown(a_shut_in_process_has_its_own_files_only, enter, leave),
        cmocka_unit_test_setup_teardown(an_old_kernel_reads_below_a_folder_too, enter, leave),
        cmocka_unit_test(a_shut_in_process_can_still_abort),
        cmocka_unit_test(a_shut_in_process_ends_as_usual),
        cmocka_unit_test(what_is_enforced_is_said_in_words),
        cmocka_unit_test(the_alarm_rings_once_unless_it_is_cancelled),
        cmocka_unit_test(costs_and_clocks_go_forward),
        cmocka_unit_test(random_bytes_differ),
        cmocka_unit_test(the_program_knows_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
