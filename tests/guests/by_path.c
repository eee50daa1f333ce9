/*
 * Operations on paths through the C library, which chooses the preopened directory for each as it does for any program.
 *
 *   by_path.wasm OPERATION:PATH[,PATH]...
 *
 * Each prints a line `OPERATION PATH: RESULT`: `ok`, what was read, or what strerror() says.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char text[256];

/* Reads or writes through a descriptor, closes it, and returns what any call returns: -1 for an error. */
static int use(int fd, const char *written) {
  if (fd < 0) return -1;
  ssize_t count = written == NULL ? read(fd, text, sizeof text - 1) : write(fd, written, strlen(written));
  if (written == NULL && count >= 0) text[count] = '\0';
  close(fd);
  return count < 0 ? -1 : 0;
}

static int list(const char *path) {
  DIR *directory = opendir(path);
  if (directory == NULL) return -1;
  while (readdir(directory) != NULL) {}
  return closedir(directory);
}

static int look(int fd) {
  struct stat stat;
  int result = fd < 0 ? -1 : fstat(fd, &stat);
  if (fd >= 0) close(fd);
  return result;
}

static int run(const char *operation, const char *path, const char *other) {
  struct stat status;
  if (strcmp(operation, "read") == 0) return use(open(path, O_RDONLY), NULL);
  if (strcmp(operation, "write") == 0) return use(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644), "new");
  if (strcmp(operation, "append") == 0) return use(open(path, O_WRONLY | O_APPEND), "more");
  if (strcmp(operation, "enter") == 0) return look(open(path, O_RDONLY | O_DIRECTORY));
  if (strcmp(operation, "list") == 0) return list(path);
  if (strcmp(operation, "stat") == 0) return stat(path, &status);
  if (strcmp(operation, "mkdir") == 0) return mkdir(path, 0755);
  if (strcmp(operation, "rmdir") == 0) return rmdir(path);
  if (strcmp(operation, "unlink") == 0) return unlink(path);
  if (strcmp(operation, "rename") == 0) return rename(path, other);
  if (strcmp(operation, "link") == 0) return link(path, other);
  errno = ENOSYS;
  return -1;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    char *operation = strtok(arguments[i], ":"), *path = strtok(NULL, ","), *other = strtok(NULL, "");
    if (path == NULL) return 99;
    text[0] = '\0';
    int result = run(operation, path, other == NULL ? "" : other);
    printf("%s %s: %s\n", operation, path, result < 0 ? strerror(errno) : text[0] == '\0' ? "ok" : text);
  }
  return 0;
}
