/* Stands between a program and the C library, and notes each call that may reach another machine:
   also those of libraries that Python knows nothing of. CALLS_OUT names the file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *call, const char *what)
{
    const char *path = getenv("CALLS_OUT");
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (file < 0)
        return;
    write(file, call, strlen(call));
    write(file, " ", 1);
    write(file, what, strlen(what));
    write(file, "\n", 1);
    close(file);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        dlsym(RTLD_NEXT, "getaddrinfo");
    note("getaddrinfo", name ? name : "");
    return real(name, service, hints, found);
}

int connect(int socket, const struct sockaddr *address, socklen_t length)
{
    int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
    if (address->sa_family != AF_UNIX)
        note("connect", address->sa_family == AF_INET6 ? "IPv6" : "IPv4");
    return real(socket, address, length);
}
