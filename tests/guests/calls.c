/*
 * A workbench for preview 1: every argument is one operation, and each prints one line with its answer.
 *
 *   calls.wasm open:a.txt:CREAT write:'$1':hello symlink:/etc/passwd:link get:link
 *
 *   path_open(3, "a.txt") = OK 4
 *   fd_write(4, "hello") = OK 5
 *   path_symlink("/etc/passwd", 3, "link") = ENOTCAPABLE
 *   path_open(3, "link") = ENOENT
 *
 * Nothing passes through the C library: paths, lengths, flags and pointers arrive as they are written here.
 * The language, operation by operation, is in README.md beside this file.
 *
 * Exit code: 0 whatever the answers were, unless `check` or an operation that ends the guest says otherwise;
 * 99 with a line on stderr for a mistake in the operations themselves.
 */

#include "calls/process.h"

static void run_operation(char *text);

static void repeat(struct operands *o, int until_failure) {
  uint64_t times = number(o, 0, 1), ok = 0, failed = 0;
  int32_t last = 0;
  if (o->count < 2) mistake("nothing to repeat", "");
  int silent = line_silent;
  for (repeat_index = 0; repeat_index < times; repeat_index++) {
    line_silent = 1;
    run_operation(o->text[1]);
    line_silent = silent;
    if (last_errno == 0) ok++;
    else failed++, last = last_errno;
    if (failed > 0 && until_failure) break;
  }
  repeat_index = 0;
  begin(until_failure ? "upto" : "repeat");
  show_unsigned(times);
  result(last);
  put_field("ok", ok);
  put_field("failed", failed);
  end();
}

/* repeat:TIMES:OPERATION runs all turns; upto:TIMES:OPERATION stops at the first that fails. */
static void op_repeat(struct operands *o) { repeat(o, 0); }
static void op_upto(struct operands *o) { repeat(o, 1); }

/* Ends with exit code 1 when the previous operation did not answer OK. */
static void op_check(struct operands *o) {
  (void)o;
  if (last_errno != 0) call_proc_exit(1);
}

/* Reads operations from stdin, one a line, to its end. */
static void op_script(struct operands *o) {
  (void)o;
  static char script[LINE_SIZE];
  uint32_t used = 0, got;
  do {
    uint32_t iovec[2] = {(uint32_t)script + used, sizeof script - 1 - used};
    got = 0;
    if (iovec[1] == 0) mistake("line too long in", "stdin");
    if (call_fd_read(0, (I)iovec, 1, (I)&got) != 0) return;
    used += got;
    if (got == 0 && used > 0) script[used++] = '\n';
    char *start = script, *newline;
    while ((newline = memchr(start, '\n', used - (uint32_t)(start - script))) != NULL) {
      *newline = 0;
      if (newline > start && *start != '#') run_operation(start);
      start = newline + 1;
    }
    used -= (uint32_t)(start - script);
    memmove(script, start, used);
  } while (got > 0);
}

/* The rest of `repeat` and `upto` is one operation, colons and all. */
enum { WHOLE_REST = 1 };

static const struct {
  const char *name;
  int least, most;
  void (*run)(struct operands *);
  int splitting;
} operations[] = {
    {"open", 1, 4, op_open, 0},
    {"close", 1, 1, op_fd_close, 0},
    {"read", 1, PARTS, op_read, 0},
    {"pread", 2, PARTS, op_pread, 0},
    {"write", 1, PARTS, op_write, 0},
    {"pwrite", 2, PARTS, op_pwrite, 0},
    {"many", 3, 3, op_many, 0},
    {"fill", 2, 3, op_fill, 0},
    {"drain", 1, 2, op_drain, 0},
    {"seek", 2, 3, op_seek, 0},
    {"tell", 1, 1, op_tell, 0},
    {"fdstat", 1, 1, op_fdstat, 0},
    {"setflags", 2, 2, op_set_flags, 0},
    {"setrights", 2, 3, op_set_rights, 0},
    {"fstat", 1, 1, op_fstat, 0},
    {"setsize", 2, 2, op_set_size, 0},
    {"ftimes", 3, 4, op_ftimes, 0},
    {"allocate", 3, 3, op_allocate, 0},
    {"advise", 4, 4, op_advise, 0},
    {"sync", 1, 1, op_fd_sync, 0},
    {"datasync", 1, 1, op_fd_datasync, 0},
    {"renumber", 2, 2, op_renumber, 0},
    {"prestat", 1, 1, op_prestat, 0},
    {"prestatname", 1, 2, op_prestat_name, 0},
    {"readdir", 1, 3, op_readdir, 0},
    {"mkdir", 1, 1, op_path_create_directory, 0},
    {"rmdir", 1, 1, op_path_remove_directory, 0},
    {"unlink", 1, 1, op_path_unlink_file, 0},
    {"stat", 1, 2, op_stat, 0},
    {"times", 3, 5, op_times, 0},
    {"link", 2, 3, op_link, 0},
    {"rename", 2, 2, op_rename, 0},
    {"symlink", 2, 2, op_symlink, 0},
    {"readlink", 1, 2, op_readlink, 0},
    {"get", 1, 3, op_get, 0},
    {"put", 2, 4, op_put, 0},
    {"list", 1, 3, op_list, 0},
    {"args", 0, 0, op_args, 0},
    {"environ", 0, 0, op_environ, 0},
    {"preopens", 0, 0, op_preopens, 0},
    {"dir", 1, 1, op_dir, 0},
    {"out", 1, 1, op_out, 0},
    {"print", 1, 2, op_print, 0},
    {"clock", 1, 2, op_clock, 0},
    {"resolution", 1, 1, op_resolution, 0},
    {"random", 1, 1, op_random, 0},
    {"yield", 0, 0, op_yield, 0},
    {"raise", 1, 1, op_raise, 0},
    {"poll", 0, MAX_SUBSCRIPTIONS, op_poll, 0},
    {"sleep", 1, 1, op_sleep, 0},
    {"accept", 1, 2, op_accept, 0},
    {"recv", 2, 3, op_recv, 0},
    {"send", 2, 3, op_send, 0},
    {"shutdown", 2, 2, op_shutdown, 0},
    {"raw", 1, PARTS, op_raw, 0},
    {"poke", 2, PARTS, op_poke, 0},
    {"text", 2, 2, op_text, 0},
    {"peek", 2, 2, op_peek, 0},
    {"load", 1, 2, op_load, 0},
    {"grow", 1, 1, op_grow, 0},
    {"flood", 1, 2, op_flood, 0},
    {"cat", 0, 0, op_cat, 0},
    {"exit", 1, 1, op_exit, 0},
    {"trap", 0, 0, op_trap, 0},
    {"spin", 0, 0, op_spin, 0},
    {"recurse", 0, 0, op_recurse, 0},
    {"check", 0, 0, op_check, 0},
    {"script", 0, 0, op_script, 0},
    {"repeat", 2, 2, op_repeat, WHOLE_REST},
    {"upto", 2, 2, op_upto, WHOLE_REST},
};

/* Operands are cut out of a copy, so that a repeated operation finds its text whole each time. */
static void split(struct operands *out, char *text, int most) {
  out->count = 0;
  while (text != NULL) {
    if (out->count == PARTS) mistake("too many operands", text);
    out->text[out->count++] = text;
    char *colon = out->count < most ? strchr(text, ':') : NULL;
    if (colon != NULL) *colon = 0;
    text = colon == NULL ? NULL : colon + 1;
  }
}

static void run_operation(char *text) {
  static char copies[2][TEXT_SIZE];
  static int depth;
  const char *assigned = NULL;
  size_t assigned_length = 0;

  size_t name_length = strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789");
  if (name_length > 0 && text[name_length] == '=' && is_letter(*text)) {
    assigned = text;
    assigned_length = name_length;
    text += name_length + 1;
  }
  if (depth == 2) mistake("a repeat inside a repeat", text);
  if (strlen(text) >= TEXT_SIZE) mistake("operation too long", "");
  char *copy = strcpy(copies[depth], text);
  char *colon = strchr(copy, ':');
  if (colon != NULL) *colon = 0;

  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
    if (strcmp(operations[i].name, copy) != 0) continue;
    struct operands found = {.count = 0};
    split(&found, colon == NULL ? NULL : colon + 1, operations[i].splitting == WHOLE_REST ? 2 : PARTS + 1);
    if (found.count < operations[i].least || found.count > operations[i].most) {
      mistake("wrong number of operands in", text);
    }
    expanded_used = 0;
    int already = numbered_count;
    depth++;
    operations[i].run(&found);
    depth--;
    if (assigned != NULL) {
      uint64_t *slot = variable(assigned, assigned_length, 1);
      if (slot == NULL) mistake("no room for the variable", assigned);
      if (numbered_count == already) mistake("only open, accept and load have a result to name:", text);
      *slot = numbered[numbered_count - 1];
    }
    return;
  }
  mistake("no such operation", copy);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) run_operation(argv[i]);
  return 0;
}
