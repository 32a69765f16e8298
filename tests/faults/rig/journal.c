/* Writes down every change that a process makes to one SQLite database, and every sync.

   LD_PRELOAD this, with RIG_DATABASE (the file) and RIG_JOURNAL (where to write). A record is
   five 64-bit numbers (operation, file, offset, length, bytes that follow) and the bytes written.
   File 1 is the database, file 2 its write-ahead log. A sync stands there once it is over, and
   one lock keeps the order of the journal that of the changes. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, TRUNCATE = 3 };
enum { MOST = 4096 };

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int file_of[MOST];

static int which(const char *path) {
    const char *database = getenv("RIG_DATABASE");
    size_t length = database ? strlen(database) : 0;
    if (!length || strncmp(path, database, length)) return 0;
    if (!path[length]) return 1;
    return strcmp(path + length, "-wal") ? 0 : 2;
}

static void note(int64_t what, int64_t file, int64_t offset, int64_t length, const void *bytes) {
    static int journal = -1;
    if (journal < 0)
        journal = syscall(SYS_openat, AT_FDCWD, getenv("RIG_JOURNAL"),
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int64_t head[5] = {what, file, offset, length, bytes ? length : 0};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, bytes ? length : 0}};
    if (syscall(SYS_writev, journal, parts, 2) < 0) abort();
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < MOST) file_of[fd] = which(path);
    return fd;
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = va_arg(more, int);
    va_end(more);
    return opened(syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode), path);
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = va_arg(more, int);
    va_end(more);
    return opened(syscall(SYS_openat, AT_FDCWD, path, flags, mode), path);
}

static int known(int fd) { return fd >= 0 && fd < MOST ? file_of[fd] : 0; }

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    if (!known(fd)) return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&one_at_a_time);
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
    if (written > 0) note(WRITE, known(fd), offset, written, bytes);
    pthread_mutex_unlock(&one_at_a_time);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite64(fd, bytes, length, offset);
}

static int synced(long call, int fd) {
    if (!known(fd)) return syscall(call, fd);
    pthread_mutex_lock(&one_at_a_time);
    int failed = syscall(call, fd);
    if (!failed) note(SYNC, known(fd), 0, 0, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return failed;
}

int fsync(int fd) { return synced(SYS_fsync, fd); }
int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }

int ftruncate64(int fd, off64_t length) {
    if (!known(fd)) return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&one_at_a_time);
    int failed = syscall(SYS_ftruncate, fd, length);
    if (!failed) note(TRUNCATE, known(fd), length, 0, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return failed;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int close(int fd) {
    if (known(fd)) file_of[fd] = 0;
    return syscall(SYS_close, fd);
}
