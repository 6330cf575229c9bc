/*
 * Loaded into a process by LD_PRELOAD: makes one of its system calls on files of one directory go
 * wrong.
 *
 *   FAULT_DIRECTORY  the directory; calls on other files are left alone
 *   FAULT            "<call> <n> <action>" the n-th such call, or "<call> <n>+ <action>" that and all
 *                    after it. Calls: open read write fsync fdatasync sync (both) rename unlink
 *                    any
 *   FAULT_LOG        a file that gets a line for each call
 *
 * Actions: the name of an error; `short`: half of it is written; `none`: 0 bytes are; `lost`: it is
 * said to be done, and is not; `kill`: the process is killed instead; `torn`: half is written, then
 * it is killed; `after`: it is killed when it is done.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *directory;
static char wanted[16];
static char action[16];
static long nth, count;
static int is_lasting;
static int log_fd = -1;

__attribute__((constructor)) static void start(void) {
  directory = getenv("FAULT_DIRECTORY");
  const char *fault = getenv("FAULT");
  char plus[2] = "";
  is_lasting = fault != NULL &&
               sscanf(fault, "%15s %ld%1[+] %15s", wanted, &nth, plus, action) == 4;
  if (fault != NULL && !is_lasting) sscanf(fault, "%15s %ld %15s", wanted, &nth, action);
  const char *log = getenv("FAULT_LOG");
  if (log != NULL) log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
}

static int is_inside(const char *path) {
  size_t length = directory == NULL ? 0 : strlen(directory);
  if (length == 0 || strncmp(path, directory, length) != 0) return 0;
  return path[length] == '/' || path[length] == 0;
}

/* The action for this call, or NULL when it is to be done as always. */
static const char *action_for(const char *call, const char *path) {
  if (!is_inside(path)) return NULL;
  pthread_mutex_lock(&mutex);
  const char *due = NULL;
  int is_sync = strcmp(wanted, "sync") == 0 && strstr(call, "sync") != NULL;
  if (is_sync || strcmp(wanted, call) == 0 || strcmp(wanted, "any") == 0) {
    count++;
    if (count == nth || (is_lasting && count > nth)) due = action;
  }
  if (log_fd >= 0) dprintf(log_fd, "%s %s%s%s\n", call, path + strlen(directory), due ? " " : "", due ? due : "");
  pthread_mutex_unlock(&mutex);
  return due;
}

static const char *action_for_fd(const char *call, int fd) {
  char link[64], path[4096];
  if (directory == NULL) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return NULL;
  path[length] = 0;
  return action_for(call, path);
}

static const struct {
  const char *name;
  int number;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EMFILE", EMFILE},
              {"EACCES", EACCES}, {"EROFS", EROFS},   {"EDQUOT", EDQUOT}, {"EAGAIN", EAGAIN}};

static int is_error(const char *due) {
  for (size_t at = 0; at < sizeof errors / sizeof *errors; at++) {
    if (strcmp(due, errors[at].name) == 0) {
      errno = errors[at].number;
      return 1;
    }
  }
  return 0;
}

static int is(const char *due, const char *what) { return due != NULL && strcmp(due, what) == 0; }

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = dlsym(RTLD_NEXT, #name)

/* Around a call that is done or not: what it is to return, once decided. */
#define SIMPLE(due, call) \
  do { \
    if (is(due, "kill") || is(due, "torn")) die(); \
    if (is(due, "lost")) return 0; \
    if (due != NULL && is_error(due)) return -1; \
    __typeof__(call) result = (call); \
    if (is(due, "after")) die(); \
    return result; \
  } while (0)

#define WRITING(due, length, call_whole, call_half) \
  do { \
    if (is(due, "kill")) die(); \
    if (is(due, "none")) return 0; \
    if (is(due, "lost")) return (ssize_t)(length); \
    if (due != NULL && is_error(due)) return -1; \
    if (is(due, "torn")) { \
      ssize_t half = (call_half); \
      (void)half; \
      die(); \
    } \
    if (is(due, "short")) return (call_half); \
    ssize_t result = (call_whole); \
    if (is(due, "after")) die(); \
    return result; \
  } while (0)

#define HALF(length) ((length) > 1 ? (length) / 2 : (length))

ssize_t write(int fd, const void *data, size_t length) {
  REAL(write);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length, real(fd, data, length), real(fd, data, HALF(length)));
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  REAL(pwrite);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length, real(fd, data, length, offset), real(fd, data, HALF(length), offset));
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  REAL(pwrite64);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length, real(fd, data, length, offset), real(fd, data, HALF(length), offset));
}

static size_t length_of(const struct iovec *parts, int number) {
  size_t length = 0;
  for (int at = 0; at < number; at++) length += parts[at].iov_len;
  return length;
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
  REAL(writev);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length_of(parts, number), real(fd, parts, number), real(fd, parts, 1));
}

ssize_t pwritev(int fd, const struct iovec *parts, int number, off_t offset) {
  REAL(pwritev);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length_of(parts, number), real(fd, parts, number, offset), real(fd, parts, 1, offset));
}

ssize_t pwritev64(int fd, const struct iovec *parts, int number, off64_t offset) {
  REAL(pwritev64);
  const char *due = action_for_fd("write", fd);
  WRITING(due, length_of(parts, number), real(fd, parts, number, offset), real(fd, parts, 1, offset));
}

ssize_t read(int fd, void *data, size_t length) {
  REAL(read);
  const char *due = action_for_fd("read", fd);
  WRITING(due, 0, real(fd, data, length), real(fd, data, HALF(length)));
}

ssize_t pread(int fd, void *data, size_t length, off_t offset) {
  REAL(pread);
  const char *due = action_for_fd("read", fd);
  WRITING(due, 0, real(fd, data, length, offset), real(fd, data, HALF(length), offset));
}

ssize_t pread64(int fd, void *data, size_t length, off64_t offset) {
  REAL(pread64);
  const char *due = action_for_fd("read", fd);
  WRITING(due, 0, real(fd, data, length, offset), real(fd, data, HALF(length), offset));
}

int fsync(int fd) {
  REAL(fsync);
  const char *due = action_for_fd("fsync", fd);
  SIMPLE(due, real(fd));
}

int fdatasync(int fd) {
  REAL(fdatasync);
  const char *due = action_for_fd("fdatasync", fd);
  SIMPLE(due, real(fd));
}

int rename(const char *from, const char *to) {
  REAL(rename);
  const char *due = action_for("rename", from);
  SIMPLE(due, real(from, to));
}

int unlink(const char *path) {
  REAL(unlink);
  const char *due = action_for("unlink", path);
  SIMPLE(due, real(path));
}

int open(const char *path, int flags, ...) {
  REAL(open);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const char *due = action_for("open", path);
  SIMPLE(due, real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
  REAL(open64);
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const char *due = action_for("open", path);
  SIMPLE(due, real(path, flags, mode));
}
