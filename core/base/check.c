#include "base/check.h"

#include <string.h>
#include <unistd.h>

#define EXIT_BUG 70 /* OB_EX_SOFTWARE of cli/exit.h */

static void
say(const char *text)
{
	ssize_t ignored = write(2, text, strlen(text));

	(void)ignored; /* nothing is left to tell it to */
}

void
ob_bug(const char *file, int line, const char *what)
{
	char digits[12];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + line % 10);
		line /= 10;
	} while (line > 0);

	say("opsbox: bug: ");
	say(file);
	say(":");
	say(&digits[at]);
	say(": ");
	say(what);
	say("\n");
	_exit(EXIT_BUG);
}
