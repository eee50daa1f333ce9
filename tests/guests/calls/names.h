/* The words of preview 1: errnos, flags, rights, file types; and how a list of them becomes bits. */
#ifndef CALLS_NAMES_H
#define CALLS_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const char *const errno_names[] = {
    "OK",           "E2BIG",       "EACCES",       "EADDRINUSE",   "EADDRNOTAVAIL",   "EAFNOSUPPORT",
    "EAGAIN",       "EALREADY",    "EBADF",        "EBADMSG",      "EBUSY",           "ECANCELED",
    "ECHILD",       "ECONNABORTED", "ECONNREFUSED", "ECONNRESET",  "EDEADLK",         "EDESTADDRREQ",
    "EDOM",         "EDQUOT",      "EEXIST",       "EFAULT",       "EFBIG",           "EHOSTUNREACH",
    "EIDRM",        "EILSEQ",      "EINPROGRESS",  "EINTR",        "EINVAL",          "EIO",
    "EISCONN",      "EISDIR",      "ELOOP",        "EMFILE",       "EMLINK",          "EMSGSIZE",
    "EMULTIHOP",    "ENAMETOOLONG", "ENETDOWN",    "ENETRESET",    "ENETUNREACH",     "ENFILE",
    "ENOBUFS",      "ENODEV",      "ENOENT",       "ENOEXEC",      "ENOLCK",          "ENOLINK",
    "ENOMEM",       "ENOMSG",      "ENOPROTOOPT",  "ENOSPC",       "ENOSYS",          "ENOTCONN",
    "ENOTDIR",      "ENOTEMPTY",   "ENOTRECOVERABLE", "ENOTSOCK",  "ENOTSUP",         "ENOTTY",
    "ENXIO",        "EOVERFLOW",   "EOWNERDEAD",   "EPERM",        "EPIPE",           "EPROTO",
    "EPROTONOSUPPORT", "EPROTOTYPE", "ERANGE",     "EROFS",        "ESPIPE",          "ESRCH",
    "ESTALE",       "ETIMEDOUT",   "ETXTBSY",      "EXDEV",        "ENOTCAPABLE",
};
enum { ERRNO_COUNT = sizeof errno_names / sizeof errno_names[0] };

static const char *const file_types[] = {
    "unknown", "block", "character", "directory", "file", "datagram", "stream", "link",
};
enum { FILE_TYPE_COUNT = sizeof file_types / sizeof file_types[0] };

struct word {
  const char *name;
  uint64_t bits;
};

/* One list serves path_open: which of its flag arguments a word belongs to is told by its high bits. */
enum { OPEN_FLAG = 1 << 16, DESCRIPTOR_FLAG = 1 << 17, LOOKUP_FLAG = 1 << 18, NO_FOLLOW = 1 << 19 };

static const struct word open_words[] = {
    {"CREAT", OPEN_FLAG | 1},        {"DIRECTORY", OPEN_FLAG | 2},  {"EXCL", OPEN_FLAG | 4},
    {"TRUNC", OPEN_FLAG | 8},        {"APPEND", DESCRIPTOR_FLAG | 1}, {"DSYNC", DESCRIPTOR_FLAG | 2},
    {"NONBLOCK", DESCRIPTOR_FLAG | 4}, {"RSYNC", DESCRIPTOR_FLAG | 8}, {"SYNC", DESCRIPTOR_FLAG | 16},
    {"FOLLOW", LOOKUP_FLAG | 1},     {"NOFOLLOW", NO_FOLLOW},       {NULL, 0},
};

static const struct word descriptor_words[] = {
    {"APPEND", 1}, {"DSYNC", 2}, {"NONBLOCK", 4}, {"RSYNC", 8}, {"SYNC", 16}, {NULL, 0},
};

static const struct word lookup_words[] = {{"FOLLOW", 1}, {"NOFOLLOW", 0}, {NULL, 0}};

static const struct word time_words[] = {
    {"ATIM", 1}, {"ATIM_NOW", 2}, {"MTIM", 4}, {"MTIM_NOW", 8}, {NULL, 0},
};

static const struct word whence_words[] = {{"SET", 0}, {"CUR", 1}, {"END", 2}, {NULL, 0}};

static const struct word clock_words[] = {
    {"REALTIME", 0}, {"MONOTONIC", 1}, {"PROCESS", 2}, {"THREAD", 3}, {NULL, 0},
};

static const struct word poll_flag_words[] = {{"ABSTIME", 1}, {NULL, 0}};

/* `read`, `write` and `dir` are what a C library asks for; `all` is every bit that preview 1 defines. */
static const struct word right_words[] = {
    {"datasync", 1ull << 0},
    {"fd_read", 1ull << 1},
    {"fd_seek", 1ull << 2},
    {"set_flags", 1ull << 3},
    {"sync", 1ull << 4},
    {"tell", 1ull << 5},
    {"fd_write", 1ull << 6},
    {"advise", 1ull << 7},
    {"allocate", 1ull << 8},
    {"path_create_directory", 1ull << 9},
    {"path_create_file", 1ull << 10},
    {"path_link_source", 1ull << 11},
    {"path_link_target", 1ull << 12},
    {"path_open", 1ull << 13},
    {"readdir", 1ull << 14},
    {"path_readlink", 1ull << 15},
    {"path_rename_source", 1ull << 16},
    {"path_rename_target", 1ull << 17},
    {"path_filestat_get", 1ull << 18},
    {"path_filestat_set_size", 1ull << 19},
    {"path_filestat_set_times", 1ull << 20},
    {"filestat_get", 1ull << 21},
    {"filestat_set_size", 1ull << 22},
    {"filestat_set_times", 1ull << 23},
    {"path_symlink", 1ull << 24},
    {"path_remove_directory", 1ull << 25},
    {"path_unlink_file", 1ull << 26},
    {"poll", 1ull << 27},
    {"sock_shutdown", 1ull << 28},
    {"sock_accept", 1ull << 29},
    {"read", 0x0820002e},   /* fd_read, fd_seek, set_flags, tell, filestat_get, poll */
    {"write", 0x08e001fd},  /* everything that a file which may be changed can do, but reading */
    {"dir", 0x0fbffe98},    /* every path_* right, readdir, poll, filestat */
    {"none", 0},
    {"all", 0x3fffffff},
    {NULL, 0},
};

static const char *name_of_errno(int32_t code) {
  return code >= 0 && code < ERRNO_COUNT ? errno_names[code] : NULL;
}

static const struct word *find_word(const struct word *words, const char *name, size_t length) {
  for (; words->name != NULL; words++) {
    if (strlen(words->name) == length && memcmp(words->name, name, length) == 0) return words;
  }
  return NULL;
}

#endif
