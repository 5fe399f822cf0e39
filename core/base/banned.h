/*
 * Functions that opsbox does not call. The build includes this file before
 * every other one (-include), so a use does not compile.
 *
 *   exit, system         an applet returns; children go through rt/spawn
 *   getenv               the environment is cx->env
 *   stdout, printf, ...  output goes through cx->out and cli/out
 *   strcpy, sprintf, ... no bound: use base/buf
 *   strtok, atoi, strtol hidden state or unchecked: use base/num, base/str
 *   sleep, usleep        wait for an event, or poll with a deadline
 *
 * The few files that own one of these say `#undef NAME` at their top with the
 * reason; scripts/check-layers keeps their list.
 */
#ifndef OB_BASE_BANNED_H
#define OB_BASE_BANNED_H

/* Declared first, since the macros below would mangle the declarations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OB_BANNED(name) ob_banned_function_##name

#undef stdout
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef printf
#undef strncpy
#define stdout        OB_BANNED(stdout)
#define exit(x)       OB_BANNED(exit)
#define system(x)     OB_BANNED(system)
#define getenv(x)     OB_BANNED(getenv)
#define printf(...)   OB_BANNED(printf)
#define puts(x)       OB_BANNED(puts)
#define strcpy(x, y)  OB_BANNED(strcpy)
#define strcat(x, y)  OB_BANNED(strcat)
#define strncpy(...)  OB_BANNED(strncpy)
#define sprintf(...)  OB_BANNED(sprintf)
#define vsprintf(...) OB_BANNED(vsprintf)
#define strtok(x, y)  OB_BANNED(strtok)
#define atoi(x)       OB_BANNED(atoi)
#define atol(x)       OB_BANNED(atol)
#define strtol(...)   OB_BANNED(strtol)
#define strtoul(...)  OB_BANNED(strtoul)
#define strtoll(...)  OB_BANNED(strtoll)
#define strtoull(...) OB_BANNED(strtoull)
#define gets(x)       OB_BANNED(gets)
#define sleep(x)      OB_BANNED(sleep)
#define usleep(x)     OB_BANNED(usleep)

#endif
