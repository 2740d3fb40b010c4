/* os.h - what the files of sys/ share: words for errno. */
#ifndef LEDE_SYS_OS_H
#define LEDE_SYS_OS_H

#include "lede/error.h"

/* The status that stands for an errno: what is missing, what is there already, what does not fit;
 * else LEDE_EIO. */
lede_status lede__os_status(int number);
/* Fails with "<format>: <the system's words>". */
lede_status lede__fail_os(lede_error *err, int number, const char *format, ...) LEDE_PRINTF(3, 4);

#endif
