/* shut_in.c - the process gives up what it will not need. See sys/sys.h.
 *
 * Three layers, each left out where the kernel has none: no new privileges, Landlock (files),
 * seccomp (calls). The filter refuses with EPERM what makes sockets, processes or privileges and
 * lets everything else pass: a worker that parses and renders needs memory, threads and files, and
 * a library may use calls that nobody here has thought of. */
#include "sys/os.h"
#include "sys/sys.h"

#include "base/banned.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

/* ---- Landlock. The figures are the kernel's interface, written out here because a distribution's
 * headers are often older than its users' kernels. */

enum {
    FS_WRITE_FILE = 1 << 1,
    FS_READ_FILE = 1 << 2,
    FS_READ_DIR = 1 << 3,
    FS_VERSION_1 = (1 << 13) - 1, /* execute .. make_sym */
    FS_REFER = 1 << 13,           /* version 2 */
    FS_TRUNCATE = 1 << 14,        /* version 3 */
    FS_IOCTL_DEV = 1 << 15,       /* version 5 */
    FS_EXECUTE = 1 << 0,
    FS_MAKE_CHAR = 1 << 6,
    FS_MAKE_SOCK = 1 << 9,
    FS_MAKE_BLOCK = 1 << 11,
    NET_TCP = 3, /* version 4: bind, connect */
    RULE_PATH_BENEATH = 1,
    CREATE_RULESET_VERSION = 1
};

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

typedef struct ruleset_attr {
    uint64_t fs, net;
} ruleset_attr;

struct __attribute__((packed)) beneath_attr {
    uint64_t allowed;
    int32_t parent;
};

static int landlock_version(void) {
    const long n = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, CREATE_RULESET_VERSION);
    return n > 0 ? (int)n : 0;
}

static uint64_t handled_rights(int version) {
    uint64_t rights = FS_VERSION_1;
    if (version >= 2)
        rights |= FS_REFER;
    if (version >= 3)
        rights |= FS_TRUNCATE;
    if (version >= 5)
        rights |= FS_IOCTL_DEV;
    return rights;
}

/* Allows rights below path. A path that does not exist needs no rule. */
static lede_status allow(int ruleset, const char *path, uint64_t rights, lede_error *err) {
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return LEDE_OK;
    if (fd < 0)
        return lede__fail_os(err, errno, "cannot open '%s'", path);
    struct stat st;
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rights &=
            FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE; /* the others are refused for a file */
    const struct beneath_attr rule = {.allowed = rights, .parent = fd};
    lede_status status = LEDE_OK;
    if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
        status = lede__fail_os(err, errno, "cannot allow '%s' to the worker", path);
    close(fd);
    return status;
}

static lede_status allow_all(int ruleset, const char *const *paths, uint64_t rights,
                             lede_error *err) {
    lede_status status = LEDE_OK;
    for (; paths && *paths && !status; paths++)
        status = allow(ruleset, *paths, rights, err);
    return status;
}

/* *on tells whether the kernel did it. */
static lede_status restrict_files(const char *const *readable, const char *const *writable,
                                  bool *on, lede_error *err) {
    *on = false;
    const int version = landlock_version();
    if (!version)
        return LEDE_OK;
    const uint64_t all = handled_rights(version);
    const ruleset_attr attr = {.fs = all, .net = version >= 4 ? NET_TCP : 0};
    const size_t size = version >= 4 ? sizeof attr : offsetof(ruleset_attr, net);
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (ruleset < 0)
        return lede__fail_os(err, errno, "cannot make a Landlock ruleset");
    const uint64_t write =
        all & ~(uint64_t)(FS_EXECUTE | FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_MAKE_SOCK | FS_IOCTL_DEV);
    lede_status status = allow_all(ruleset, readable, FS_READ_FILE | FS_READ_DIR, err);
    if (!status)
        status = allow_all(ruleset, writable, write, err);
    if (!status && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        status = lede__fail_os(err, errno, "cannot enter the Landlock ruleset");
    close(ruleset);
    *on = !status;
    return status;
}

/* ---- seccomp */

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#define X32_BIT 0x40000000u
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCH

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* Both machines are little endian: the low half of an argument comes first. */
#define LOAD_ARG(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[n]))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define IF_EQUAL(k, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), (then), (otherwise))
#define IF_BITS(k, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (k), (then), (otherwise))
#define ALLOWED SECCOMP_RET_ALLOW
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)
/* Each of these leaves the call's number loaded for the next. */
#define REFUSE(name) IF_EQUAL(SYS_##name, 0, 1), ANSWER(REFUSED)
#define ABSENT(name) IF_EQUAL(SYS_##name, 0, 1), ANSWER(UNKNOWN)

static lede_status refuse_calls(bool *on, lede_error *err) {
    const uint32_t self = (uint32_t)getpid();
    const struct sock_filter program[] = {
        LOAD(arch),
        IF_EQUAL(OUR_ARCH, 1, 0),
        ANSWER(REFUSED), /* a 32-bit call: other numbers, nothing here needs it */
        LOAD(nr),
#ifdef X32_BIT
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
        ANSWER(REFUSED),
#endif
        /* Network. sendmsg and its like stay: libuv speaks through socket pairs that are open
           already. */
        REFUSE(socket),
        REFUSE(socketpair),
        REFUSE(connect),
        REFUSE(bind),
        REFUSE(listen),
        REFUSE(accept),
        REFUSE(accept4),
        /* Processes. clone3 hides its flags from a filter: without it libc takes clone. */
        REFUSE(execve),
        REFUSE(execveat),
#ifdef SYS_fork
        REFUSE(fork),
        REFUSE(vfork),
#endif
#ifdef SYS_clone3
        ABSENT(clone3),
#endif
        IF_EQUAL(SYS_clone, 0, 4),
        LOAD_ARG(0),
        IF_BITS(CLONE_THREAD, 1, 0),
        ANSWER(REFUSED),
        ANSWER(ALLOWED),
        /* Other processes. A signal may go to ourselves: abort() and raise() do that. */
        REFUSE(ptrace),
        REFUSE(process_vm_readv),
        REFUSE(process_vm_writev),
        REFUSE(kcmp),
        REFUSE(tkill),
        REFUSE(rt_sigqueueinfo),
        REFUSE(rt_tgsigqueueinfo),
        REFUSE(pidfd_send_signal),
        REFUSE(pidfd_open),
        REFUSE(setpriority),
#ifdef SYS_pidfd_getfd
        REFUSE(pidfd_getfd),
#endif
        IF_EQUAL(SYS_kill, 1, 0),
        IF_EQUAL(SYS_tgkill, 0, 4),
        LOAD_ARG(0),
        IF_EQUAL(self, 1, 0),
        ANSWER(REFUSED),
        ANSWER(ALLOWED),
        /* The machine and its name spaces. */
        REFUSE(mount),
        REFUSE(umount2),
        REFUSE(pivot_root),
        REFUSE(chroot),
        REFUSE(unshare),
        REFUSE(setns),
        REFUSE(swapon),
        REFUSE(swapoff),
        REFUSE(reboot),
        REFUSE(acct),
        REFUSE(sethostname),
        REFUSE(setdomainname),
        REFUSE(settimeofday),
        REFUSE(clock_settime),
        REFUSE(adjtimex),
        REFUSE(clock_adjtime),
        REFUSE(init_module),
        REFUSE(finit_module),
        REFUSE(delete_module),
        REFUSE(kexec_load),
        REFUSE(syslog),
        REFUSE(vhangup),
        REFUSE(open_by_handle_at),
        REFUSE(name_to_handle_at),
        REFUSE(open_tree),
        REFUSE(move_mount),
        REFUSE(fsopen),
        REFUSE(fsmount),
        REFUSE(fspick),
        REFUSE(fanotify_init),
        /* Doors into the kernel that only few programs need. io_uring can make sockets of its own.
         */
        REFUSE(bpf),
        REFUSE(perf_event_open),
        REFUSE(userfaultfd),
        REFUSE(keyctl),
        REFUSE(add_key),
        REFUSE(request_key),
        REFUSE(personality),
        REFUSE(seccomp),
        ABSENT(io_uring_setup),
        ABSENT(io_uring_enter),
        ABSENT(io_uring_register),
        /* Typing into the terminal of whoever started us. */
        IF_EQUAL(SYS_ioctl, 0, 4),
        LOAD_ARG(1),
        IF_EQUAL(TIOCSTI, 0, 1),
        ANSWER(REFUSED),
        ANSWER(ALLOWED),
        ANSWER(ALLOWED),
    };
    const struct sock_fprog filter = {.len = sizeof program / sizeof *program,
                                      .filter = (struct sock_filter *)(uintptr_t)program};
    *on = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0 ||
          prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
    if (!*on && errno != EINVAL && errno != ENOSYS)
        return lede__fail_os(err, errno, "cannot enter the seccomp filter");
    return LEDE_OK;
}

#else

static lede_status refuse_calls(bool *on, lede_error *err) {
    (void)err;
    *on = false; /* no table for this machine */
    return LEDE_OK;
}

#endif

#if defined(__SANITIZE_ADDRESS__)
/* At exit the leak checker clones and traces this process, which the filter refuses; then it is
 * asked not to. */
static bool is_shut_in;
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) { return is_shut_in; }
#endif

static const char *words(bool files, bool calls) {
    if (files && calls)
        return "no network, no processes (seccomp), files by list (Landlock)";
    if (calls)
        return "no network, no processes (seccomp); any file, this kernel has no Landlock";
    if (files)
        return "files by list (Landlock); no seccomp on this kernel or machine";
    return "nothing: this kernel has neither seccomp nor Landlock";
}

lede_status lede__shut_in(const char *const *readable, const char *const *writable,
                          const char **enforced, lede_error *err) {
    bool files = false, calls = false;
    lede_status status = LEDE_OK;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        status = restrict_files(readable, writable, &files, err);
        if (!status)
            status = refuse_calls(&calls, err);
    }
    if (status)
        return status;
#if defined(__SANITIZE_ADDRESS__)
    is_shut_in = calls || files;
#endif
    if (enforced)
        *enforced = words(files, calls);
    return LEDE_OK;
}

const char *lede__shut_in_words(void) {
    bool calls = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    return words(landlock_version() > 0, calls);
}
