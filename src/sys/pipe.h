/* pipe.h - what talking to child processes needs of Linux: wide pipes, no inherited files, death
 * with the parent. */
#ifndef LEDE_SYS_PIPE_H
#define LEDE_SYS_PIPE_H

/* Asks for a pipe buffer of that many bytes; a refusal is no failure, only slower. */
void lede__pipe_widen(int fd, int bytes);
/* Marks every open file from fd first up as not for children. */
void lede__cloexec_from(int first);
/* The kernel kills the calling process when the thread that started it ends. */
void lede__die_with_parent(void);

#endif
