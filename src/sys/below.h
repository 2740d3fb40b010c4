/* below.h - opening below a folder without following any symbolic link, in one step. */
#ifndef LEDE_SYS_BELOW_H
#define LEDE_SYS_BELOW_H

/* openat() that neither leaves dir nor follows a link anywhere in path. -1 with errno; ENOSYS when
 * the kernel cannot (then the caller walks step by step), ELOOP at a link. */
int lede__open_below(int dir, const char *path, int flags, unsigned mode);

#endif
