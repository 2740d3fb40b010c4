/* icu_memory.h - ICU's memory. */
#ifndef LEDE_TEXT_ICU_MEMORY_H
#define LEDE_TEXT_ICU_MEMORY_H

/* From now on what ICU is refused is counted (base/refused.h): without memory for a language it
 * takes another one and says nothing. Before the first use of text/, in a program's main. */
void lede__text_watch_memory(void);

#endif
