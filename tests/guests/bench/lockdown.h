/* The wall that keyhole has the kernel build around itself, for the native program: Landlock, the same rights. */
#ifndef BENCH_LOCKDOWN_H
#define BENCH_LOCKDOWN_H

#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "measure.h"

/* Confines the program, for good, to what lies below a directory. */
static void lock_down(const char *directory) {
  /* All that the third version knows, which older headers have no names for. */
  const struct landlock_ruleset_attr handled = {.handled_access_fs = 0x7fff};
  const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  if (ruleset < 0) fail("locking down", directory);
  const struct landlock_path_beneath_attr rule = {
      .allowed_access = handled.handled_access_fs & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE,
      .parent_fd = open_or_fail(directory, O_PATH | O_DIRECTORY),
  };
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0 ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    fail("locking down", directory);
  }
  close(rule.parent_fd);
  close(ruleset);
}

#endif
