/*
 * Attributes of gcc and clang under names that say what they promise.
 */
#ifndef OB_BASE_ATTR_H
#define OB_BASE_ATTR_H

#define OB_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define OB_NORETURN           __attribute__((noreturn))
#define OB_UNUSED             __attribute__((unused))
#define OB_CHECKED            __attribute__((warn_unused_result))
#define OB_COLD               __attribute__((cold, noinline))
#define OB_FALLTHROUGH        __attribute__((fallthrough))
#define OB_LIKELY(x)          __builtin_expect(!!(x), 1)
#define OB_UNLIKELY(x)        __builtin_expect(!!(x), 0)

/* Number of elements of an array; does not compile for a pointer. */
#define OB_COUNT(a) \
	(sizeof(a) / sizeof((a)[0]) + 0 * sizeof(struct { \
		int not_an_array : !__builtin_types_compatible_p( \
				       __typeof__(a), __typeof__(&(a)[0])); \
	}))

/* The struct that holds *member as its field of that name. */
#define OB_CONTAINER(ptr, type, member) \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
