/* board.h - what the processes of one publication tell the one that watches them: a mapped file of
 * this shape. All zero at first. The order of the first lines is read by board.lua. */
#ifndef LEDE_TESTS_FAULT_BOARD_H
#define LEDE_TESTS_FAULT_BOARD_H

#include <stdatomic.h>
#include <stdint.h>

typedef struct board {
    _Atomic uint64_t operations;  /* of files, of all processes */
    _Atomic uint64_t reads;       /* of files */
    _Atomic uint64_t allocations; /* of memory */
    _Atomic uint64_t hit;         /* 1 when the n-th was struck */
    _Atomic uint64_t pid;         /* whose it was */
    _Atomic uint64_t aborts;      /* calls of abort(), of all processes */
    _Atomic uint64_t faults;      /* SIGSEGV, SIGBUS, SIGFPE, SIGILL */
    _Atomic uint64_t blocks;      /* what the first process had not freed when it ended */
    _Atomic uint64_t others;      /* what the others had not, if they ended by themselves */
    _Atomic uint64_t desk;        /* the first process */
    char operation[24], path[1024];
} board;

#endif
