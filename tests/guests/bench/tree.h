/* Names and directories: open, stat, listing, walking, making and removing. */
#ifndef BENCH_TREE_H
#define BENCH_TREE_H

#include <dirent.h>

#include "measure.h"

/* DIRECTORY/bench-deep/d/d/.../file with `depth` directories, made and later removed. */
static const char *deep_path(const struct options *options, int create) {
  static char path[4096];
  size_t used = (size_t)snprintf(path, sizeof path, "%s", options->directory);
  for (uint64_t level = 0; level < options->depth && used + 16 < sizeof path; level++) {
    used += (size_t)snprintf(path + used, sizeof path - used, level == 0 ? "/bench-deep" : "/level");
    if (create) make_directory(path);
  }
  snprintf(path + used, sizeof path - used, "/bench-file");
  if (create) close(open_or_fail(path, O_WRONLY | O_CREAT));
  return path;
}

static void remove_deep(const struct options *options) {
  char path[4096];
  snprintf(path, sizeof path, "%s", deep_path(options, 0));
  unlink_or_fail(path);
  for (uint64_t level = 0; level < options->depth; level++) {
    *strrchr(path, '/') = 0;
    if (rmdir(path) != 0) fail("removing", path);
  }
}

static void bench_stat(const struct options *options) {
  const char *path = deep_path(options, 1);
  uint64_t count = iterations_or(options, 200000), start = now();
  struct stat stat_now;
  for (uint64_t i = 0; i < count; i++) {
    if (stat(path, &stat_now) != 0) fail("looking at", path);
  }
  report(options, count, now() - start);
  remove_deep(options);
}

static void bench_open(const struct options *options) {
  const char *path = deep_path(options, 1);
  uint64_t count = iterations_or(options, 200000), start = now();
  for (uint64_t i = 0; i < count; i++) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) fail("opening", path);
    close(fd);
  }
  report(options, count, now() - start);
  remove_deep(options);
}

static uint64_t count_names(const char *path) {
  uint64_t count = 0;
  DIR *listing = opendir(path);
  if (listing == NULL) fail("listing", path);
  while (readdir(listing) != NULL) count++;
  closedir(listing);
  return count;
}

/* One iteration is one name. */
static void bench_readdir(const struct options *options) {
  char directory[4096], path[4200];
  snprintf(directory, sizeof directory, "%s", path_to(options, "names"));
  make_directory(directory);
  for (uint64_t i = 0; i < options->names; i++) {
    snprintf(path, sizeof path, "%s/name-%08llu", directory, (unsigned long long)i);
    close(open_or_fail(path, O_WRONLY | O_CREAT));
  }
  uint64_t count = 0, turns = iterations_or(options, 20), start = now();
  for (uint64_t turn = 0; turn < turns; turn++) count += count_names(directory);
  uint64_t taken = now() - start;
  if (count < turns * options->names) fail("missing names in", directory);
  report(options, turns * options->names, taken);
  for (uint64_t i = 0; i < options->names; i++) {
    snprintf(path, sizeof path, "%s/name-%08llu", directory, (unsigned long long)i);
    unlink_or_fail(path);
  }
  if (rmdir(directory) != 0) fail("removing", directory);
}

/* Lists and stats everything below; answers how many entries there were. */
static uint64_t walk(const char *directory, int removing) {
  uint64_t count = 0;
  char path[1024];
  struct dirent *entry;
  DIR *listing = opendir(directory);
  if (listing == NULL) fail("listing", directory);
  while ((entry = readdir(listing)) != NULL) {
    struct stat found;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    if (lstat(path, &found) != 0) fail("looking at", path);
    count++;
    if (S_ISDIR(found.st_mode)) count += walk(path, removing);
    else if (removing) unlink_or_fail(path);
  }
  closedir(listing);
  if (removing && rmdir(directory) != 0) fail("removing", directory);
  return count;
}

static void grow_tree(const char *directory, int levels) {
  char path[1024];
  make_directory(directory);
  for (int i = 0; i < 10; i++) {
    snprintf(path, sizeof path, "%s/file-%d", directory, i);
    close(open_or_fail(path, O_WRONLY | O_CREAT));
    snprintf(path, sizeof path, "%s/directory-%d", directory, i);
    if (levels > 1) grow_tree(path, levels - 1);
  }
}

/* One iteration is one entry of a tree of 110 directories and 1,110 files. */
static void bench_walk(const struct options *options) {
  char root[4096];
  snprintf(root, sizeof root, "%s", path_to(options, "tree"));
  grow_tree(root, 3);
  uint64_t count = 0, turns = iterations_or(options, 20), start = now();
  for (uint64_t turn = 0; turn < turns; turn++) count += walk(root, 0);
  report(options, count, now() - start);
  walk(root, 1);
}

/* One iteration creates a file, renames it and unlinks it. */
static void bench_rename(const struct options *options) {
  const char *from = path_to(options, "rename-from"), *to = path_to(options, "rename-to");
  uint64_t count = iterations_or(options, 20000), start = now();
  for (uint64_t i = 0; i < count; i++) {
    close(open_or_fail(from, O_WRONLY | O_CREAT | O_EXCL));
    if (rename(from, to) != 0) fail("renaming", from);
    unlink_or_fail(to);
  }
  report(options, count, now() - start);
}

#endif
