#include "unit.h"

#include <errno.h>

#include "os/sys.h"

static void
the_system_has_a_name(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_SYS_FIELD_MAX);
	struct ob_sys_name name;

	CHECK_INT(ob_sys_name(&name), 0);
	CHECK(name.system[0] != '\0' && name.release[0] != '\0');
	CHECK(name.machine[0] != '\0' && name.version[0] != '\0');
	CHECK_INT(ob_sys_host(&b), 0);
	CHECK_STR(ob_buf_z(&b), name.host);
	b.max = b.n;
	CHECK_INT(ob_sys_host(&b), name.host[0] == '\0' ? 0 : -ENOBUFS);
}

static void
constants_are_plausible(void)
{
	size_t page = ob_sys_page_bytes();

	CHECK(page >= 4096 && (page & (page - 1)) == 0);
	CHECK(ob_sys_ticks_per_s() >= 1);
}

static void
the_boot_id_stays_the_same(void)
{
	char one[OB_SYS_BOOT_ID_SIZE], two[OB_SYS_BOOT_ID_SIZE];
	int rc = ob_sys_boot_id(one);

	if (rc == -ENOTSUP)
		SKIP("no boot id here");
	CHECK_INT(rc, 0);
	CHECK_INT(ob_sys_boot_id(two), 0);
	CHECK_INT(strlen(one), OB_SYS_BOOT_ID_SIZE - 1);
	CHECK_STR(one, two);
	CHECK_INT(one[8], '-');
}

static void
memory_totals_are_plausible(void)
{
	struct ob_sys_memory memory;
	int rc = ob_sys_memory(&memory);

	if (rc == -ENOTSUP)
		SKIP("no memory totals here");
	CHECK_INT(rc, 0);
	CHECK(memory.total_bytes > 16 << 20);
	CHECK(memory.available_bytes > 0);
	CHECK(memory.available_bytes <= memory.total_bytes);
	CHECK(memory.swap_free_bytes <= memory.swap_total_bytes);
}

OB_TESTS(sys) = {
	OB_TEST(the_system_has_a_name),
	OB_TEST(constants_are_plausible),
	OB_TEST(the_boot_id_stays_the_same),
	OB_TEST(memory_totals_are_plausible),
	OB_TESTS_END,
};
