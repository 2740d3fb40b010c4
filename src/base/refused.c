/* refused.c - the counter of refused.h. It is the process's, as memory is. */
#include "base/refused.h"

#include <stdatomic.h>

static atomic_uint refusals;

void lede__note_no_memory(void) { atomic_fetch_add(&refusals, 1); }
unsigned lede__memory_refusals(void) { return atomic_load(&refusals); }
