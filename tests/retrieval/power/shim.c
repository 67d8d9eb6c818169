/* Between a program and the C library: writes down what it does to the files below QUOTH_ROOT, in
   the file QUOTH_TRACE, or lets the QUOTH_FAIL-th of these calls fail with the error QUOTH_ERROR.

   A line of the trace: a letter, numbers and a path, parted by tabs; behind a write its bytes. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MARK "/quoth-mark/"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1, calls = 0;

static const char *root(void) { return getenv("QUOTH_ROOT"); }

static int below(const char *path) {
    return root() && path && !strncmp(path, root(), strlen(root()));
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlink, link, path, 4095);
    path[length < 0 ? 0 : length] = 0;
    return below(path);
}

static void absolute(int dir, const char *path, char *full) {
    char base[4096] = "";
    if (path[0] == '/') { snprintf(full, 4096, "%s", path); return; }
    if (dir == AT_FDCWD) { if (!getcwd(base, sizeof base)) base[0] = 0; }
    else path_of(dir, base);
    snprintf(full, 4096, "%.2000s/%.2000s", base, path);
}

static long inode(const char *path) {
    struct stat told;
    return lstat(path, &told) ? -1 : (long)told.st_ino;
}

static long inode_of(int fd) {
    struct stat told;
    return fstat(fd, &told) ? -1 : (long)told.st_ino;
}

static void note(const char *line, const void *data, size_t size) {
    if (!getenv("QUOTH_TRACE")) return;
    pthread_mutex_lock(&lock);
    if (out < 0)
        out = syscall(SYS_openat, AT_FDCWD, getenv("QUOTH_TRACE"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    struct iovec parts[2] = {{(void *)line, strlen(line)}, {(void *)data, size}};
    if (syscall(SYS_writev, out, parts, size ? 2 : 1) < 0) abort();
    pthread_mutex_unlock(&lock);
}

static int fails(void) {
    static char last[32];
    const char *told = getenv("QUOTH_FAIL");
    if (!told || !*told) { last[0] = 0; return 0; }
    if (strcmp(told, last)) { snprintf(last, sizeof last, "%s", told); calls = 0; }
    if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != atoi(told)) return 0;
    errno = atoi(getenv("QUOTH_ERROR"));
    return 1;
}

static int opened(int dir, const char *path, int flags, mode_t mode) {
    char full[4096], line[8192];
    if (path && !strncmp(path, MARK, strlen(MARK))) {
        snprintf(line, sizeof line, "M\t0\t0\t%s\n", path + strlen(MARK));
        note(line, NULL, 0);
        errno = ENOENT;
        return -1;
    }
    absolute(dir, path, full);
    int ours = below(full), is_new = ours && (flags & O_CREAT) && inode(full) < 0;
    if (is_new && fails()) return -1;
    int fd = syscall(SYS_openat, dir, path, flags, mode);
    if (fd >= 0 && is_new) {
        snprintf(line, sizeof line, "C\t%ld\t0\t%s\n", inode_of(fd), full);
        note(line, NULL, 0);
    } else if (fd >= 0 && ours && (flags & O_TRUNC)) {
        snprintf(line, sizeof line, "T\t%ld\t0\t\n", inode_of(fd));
        note(line, NULL, 0);
    }
    return fd;
}

#define MODE mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE return opened(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE return opened(dir, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

static void wrote(int fd, const void *data, ssize_t size, off_t at) {
    char line[128];
    if (size <= 0) return;
    snprintf(line, sizeof line, "W\t%ld\t%ld\t%ld\n", inode_of(fd), (long)at, (long)size);
    note(line, data, size);
}

static off_t place(int fd) {
    struct stat told;
    if (fcntl(fd, F_GETFL) & O_APPEND) return fstat(fd, &told) ? 0 : told.st_size;
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t size) {
    char path[4096];
    if (!path_of(fd, path)) return syscall(SYS_write, fd, data, size);
    if (fails()) return -1;
    off_t at = place(fd);
    ssize_t done = syscall(SYS_write, fd, data, size);
    wrote(fd, data, done, at);
    return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    char path[4096];
    if (!path_of(fd, path)) return syscall(SYS_writev, fd, parts, count);
    ssize_t all = 0;
    for (int part = 0; part < count; part++) {
        ssize_t done = write(fd, parts[part].iov_base, parts[part].iov_len);
        if (done < 0) return all ? all : -1;
        all += done;
        if ((size_t)done < parts[part].iov_len) break;
    }
    return all;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    char path[4096];
    if (!path_of(fd, path)) return syscall(SYS_pwrite64, fd, data, size, at);
    if (fails()) return -1;
    ssize_t done = syscall(SYS_pwrite64, fd, data, size, at);
    wrote(fd, data, done, at);
    return done;
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return pwrite(fd, data, size, at); }

int ftruncate(int fd, off_t size) {
    char path[4096], line[128];
    if (!path_of(fd, path)) return syscall(SYS_ftruncate, fd, size);
    if (fails()) return -1;
    int done = syscall(SYS_ftruncate, fd, size);
    snprintf(line, sizeof line, "T\t%ld\t%ld\t\n", inode_of(fd), (long)size);
    if (!done) note(line, NULL, 0);
    return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

/* These fall back to writing. */
ssize_t sendfile(int to, int from, off_t *at, size_t size) { errno = ENOSYS; return -1; }
ssize_t sendfile64(int to, int from, off64_t *at, size_t size) { errno = ENOSYS; return -1; }
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t size, unsigned flags) { errno = ENOSYS; return -1; }

static int synced(int fd, long number) {
    char path[4096], line[8192];
    if (!path_of(fd, path)) return syscall(number, fd);
    if (fails()) return -1;
    int done = getenv("QUOTH_TRACE") ? 0 : syscall(number, fd); /* the trace tells what would be */
    snprintf(line, sizeof line, "S\t%ld\t0\t%s\n", inode_of(fd), path);
    if (!done) note(line, NULL, 0);
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

static int named(char kind, const char *from, const char *to, int done) {
    char line[8300];
    snprintf(line, sizeof line, "%c\t0\t0\t%s\t%s\n", kind, from, to);
    if (!done && (below(from) || below(to))) note(line, NULL, 0);
    return done;
}

int renameat(int dir, const char *from, int todir, const char *to) {
    char one[4096], other[4096];
    absolute(dir, from, one);
    absolute(todir, to, other);
    if (below(other) && fails()) return -1;
    return named('R', one, other, syscall(SYS_renameat2, dir, from, todir, to, 0));
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }
int renameat2(int dir, const char *from, int todir, const char *to, unsigned flags) { return renameat(dir, from, todir, to); }

int linkat(int dir, const char *from, int todir, const char *to, int flags) {
    char one[4096], other[4096];
    absolute(dir, from, one);
    absolute(todir, to, other);
    if (below(other) && fails()) return -1;
    return named('L', one, other, syscall(SYS_linkat, dir, from, todir, to, flags));
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dir, const char *path, int flags) {
    char one[4096];
    absolute(dir, path, one);
    if (below(one) && fails()) return -1;
    return named(flags & AT_REMOVEDIR ? 'D' : 'U', one, "", syscall(SYS_unlinkat, dir, path, flags));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dir, const char *path, mode_t mode) {
    char one[4096];
    absolute(dir, path, one);
    if (below(one) && fails()) return -1;
    return named('N', one, "", syscall(SYS_mkdirat, dir, path, mode));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
