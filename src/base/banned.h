/* banned.h - the functions of libc that do not compile in lede. Include it last in a .c file.
 *
 * Each is unbounded, not thread safe, hides errors or depends on the process-wide locale or TZ. Memory that is refused is
 * counted (refused.h): whoever goes on without it may leave something out. */
#ifndef LEDE_BASE_BANNED_H
#define LEDE_BASE_BANNED_H

/* The declarations come first: a macro would break them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/refused.h"

#undef strcpy
#undef strncpy
#undef strcat
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gmtime
#undef localtime
#undef ctime
#undef asctime
#undef mktime
#undef atoi
#undef atol
#undef atof
#undef gets
#undef tmpnam
#undef system
#define strcpy(...) strcpy_is_banned_use_lede_buf
#define strncpy(...) strncpy_is_banned_use_lede_buf
#define strcat(...) strcat_is_banned_use_lede_buf
#define strncat(...) strncat_is_banned_use_lede_buf
#define sprintf(...) sprintf_is_banned_use_lede_buf_addf
#define vsprintf(...) vsprintf_is_banned_use_lede_buf_vaddf
#define strtok(...) strtok_is_banned_use_lede_str_find
#define gmtime(...) gmtime_is_banned_use_lede_time_civil
#define localtime(...) localtime_is_banned_use_lede_time_civil
#define ctime(...) ctime_is_banned_use_lede_time_rfc3339
#define asctime(...) asctime_is_banned_use_lede_time_rfc3339
#define mktime(...) mktime_is_banned_use_lede_time_from_civil
#define atoi(...) atoi_is_banned_it_hides_errors
#define atol(...) atol_is_banned_it_hides_errors
#define atof(...) atof_is_banned_it_hides_errors
#define gets(...) gets_is_banned
#define tmpnam(...) tmpnam_is_banned_use_lede__write_file
#define system(...) system_is_banned_start_processes_through_the_loop

/* Analysers know libc's by name. */
#if !defined __clang_analyzer__ && !defined __CPPCHECK__
#undef malloc
#undef calloc
#undef realloc
#define malloc(size) lede__noted_malloc(size)
#define calloc(count, size) lede__noted_calloc(count, size)
#define realloc(ptr, size) lede__noted_realloc(ptr, size)
#endif

#endif
