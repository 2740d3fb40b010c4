/* refused.h - whether this process was refused memory. What goes on after a refusal may have left
 * something out, here or in a library that does not say so: whoever hands work on asks first. */
#ifndef LEDE_BASE_REFUSED_H
#define LEDE_BASE_REFUSED_H

#include <stddef.h>

void lede__note_no_memory(void);      /* counts one; any thread */
unsigned lede__memory_refusals(void); /* so far */

/* libc's, for libraries that take an allocator: a refusal is counted. */
void *lede__noted_malloc(size_t size);
void *lede__noted_calloc(size_t count, size_t size);
void *lede__noted_realloc(void *ptr, size_t size);

#endif
