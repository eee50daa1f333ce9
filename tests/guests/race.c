// Works below "swap" for some seconds, while somebody else keeps swapping it for a link to the outside.
//
//   race.wasm SECONDS
//
// Every call that takes a path is tried in turn. Prints how many calls succeeded and how many failed.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static long succeeded, failed;

static int count(int result) {
  if (result < 0) failed++;
  else succeeded++;
  return result;
}

static void overwrite(const char *path, int flags) {
  int fd = count(open(path, flags, 0666));
  if (fd < 0) return;
  count(write(fd, "escaped", 7));
  close(fd);
}

static void look(const char *path) {
  struct stat stat_result;
  if (count(stat(path, &stat_result)) == 0 && stat_result.st_size == 4711) {
    printf("saw outside: %s\n", path);
  }
}

static void read_all(const char *path) {
  char text[64];
  int fd = count(open(path, O_RDONLY));
  if (fd < 0) return;
  ssize_t length = read(fd, text, sizeof text);
  if (length >= 6 && memcmp(text, "secret", 6) == 0) printf("read outside: %s\n", path);
  close(fd);
}

static void list(const char *path) {
  DIR *directory = opendir(path);
  count(directory == NULL ? -1 : 0);
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, "outside-only") == 0) printf("listed outside: %s\n", path);
  }
  closedir(directory);
}

int main(int argc, char **argv) {
  time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
  while (time(NULL) < end) {
    for (int i = 0; i < 50; i++) {
      overwrite("swap/victim", O_WRONLY | O_TRUNC);
      overwrite("swap/created", O_WRONLY | O_CREAT);
      overwrite("swap/deep/victim", O_WRONLY | O_CREAT | O_TRUNC);
      look("swap/victim");
      look("swap/deep/../victim");
      read_all("swap/victim");
      read_all("swap/./deep/victim");
      list("swap");
      list("swap/deep/");
      count(mkdir("swap/made", 0777));
      count(rmdir("swap/made"));
      count(link("swap/created", "swap/linked"));
      count(rename("swap/linked", "swap/moved"));
      count(symlink("victim", "swap/symbolic"));
      count(utimensat(AT_FDCWD, "swap/victim", (struct timespec[2]){{1, 0}, {1, 0}}, 0));
      count(unlink("swap/symbolic"));
      count(unlink("swap/moved"));
      count(unlink("swap/created"));
    }
  }
  printf("%ld succeeded, %ld failed\n", succeeded, failed);
}
