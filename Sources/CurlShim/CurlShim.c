#if defined(__linux__)

#define _GNU_SOURCE
#include "CurlShim.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// The parts of libcurl's structures that are read here.
struct message {
    int kind;
    void *easy;
    union {
        void *pointer;
        int result;
    } data;
};
struct version_info {
    int age;
    const char *text;
    unsigned number;
};
struct socket_address {
    int family, type, protocol;
};

static struct {
    int (*global_init)(long);
    struct version_info *(*version_info)(int);
    const char *(*easy_strerror)(int);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    int (*easy_pause)(void *, int);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
    void *(*multi_init)(void);
    int (*multi_setopt)(void *, int, ...);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_socket_action)(void *, int, int, int *);
    struct message *(*multi_info_read)(void *, int *);
    int (*multi_cleanup)(void *);
    void *(*share_init)(void);
    int (*share_setopt)(void *, int, ...);
    int (*share_cleanup)(void *);
} curl;

static const char *version;
static int load_result = 1;
static pthread_once_t load_once = PTHREAD_ONCE_INIT;

// Held by the loop's thread except while it sleeps.
static pthread_mutex_t busy;

// A process that leaves `main` tears down what libcurl still uses: from here on its thread sleeps for ever.
static void park_at_exit(void) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;  // a forked child has no such thread to wait for
    (void)pthread_mutex_timedlock(&busy, &until);
}

static void load(void) {
    void *library = RTLD_DEFAULT;
    if (!dlsym(library, "curl_multi_init")) {
        library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
        if (!library) return;
    }
#define BIND(name) \
    if (!(*(void **)&curl.name = dlsym(library, "curl_" #name))) return;
    BIND(version_info)
    struct version_info *info = curl.version_info(0);
    version = info->text;
    load_result = 2;
    if (info->number < 0x074400) return;
    load_result = 3;
    BIND(global_init)
    BIND(easy_strerror)
    BIND(easy_init)
    BIND(easy_cleanup)
    BIND(easy_setopt)
    BIND(easy_getinfo)
    BIND(easy_pause)
    BIND(slist_append)
    BIND(slist_free_all)
    BIND(multi_init)
    BIND(multi_setopt)
    BIND(multi_add_handle)
    BIND(multi_remove_handle)
    BIND(multi_socket_action)
    BIND(multi_info_read)
    BIND(multi_cleanup)
    BIND(share_init)
    BIND(share_setopt)
    BIND(share_cleanup)
#undef BIND
    if (curl.global_init(3) != 0) return;
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&busy, &kind);
    atexit(park_at_exit);
    load_result = 0;
}

int curlshim_load(void) {
    pthread_once(&load_once, load);
    return load_result;
}

const char *curlshim_version(void) { return version; }
const char *curlshim_error_text(int code) { return curl.easy_strerror(code); }

// MARK: The loop

struct curlshim_loop {
    void *multi;
    int epoll, wake;
    int64_t alarm;  // in milliseconds of the monotonic clock; negative for none
    int was_ringing;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int on_socket(void *easy, int socket, int what, void *user, void *unused) {
    (void)easy, (void)unused;
    curlshim_loop *loop = user;
    struct epoll_event event = {.events = 0, .data.fd = socket};
    if (what == 4) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, socket, &event);
        return 0;
    }
    if (what & 1) event.events |= EPOLLIN;
    if (what & 2) event.events |= EPOLLOUT;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    // Without a watch this transfer alone is silent until its time is over. A failure here would end all of them.
    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

static int on_timer(void *multi, long milliseconds, void *user) {
    (void)multi;
    curlshim_loop *loop = user;
    loop->alarm = milliseconds < 0 ? -1 : now() + milliseconds;
    return 0;
}

int curlshim_wake_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void curlshim_wake(int wake) {
    uint64_t one = 1;
    (void)!write(wake, &one, sizeof one);
}

void curlshim_wake_close(int wake) { close(wake); }

curlshim_loop *curlshim_loop_create(int wake) {
    curlshim_loop *loop = calloc(1, sizeof *loop);
    if (!loop) return NULL;
    loop->wake = wake;
    loop->alarm = -1;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->multi = curl.multi_init();
    struct epoll_event event = {.events = EPOLLIN, .data.fd = wake};
    if (loop->epoll < 0 || !loop->multi || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, wake, &event) != 0) {
        if (loop->epoll >= 0) close(loop->epoll);
        if (loop->multi) curl.multi_cleanup(loop->multi);
        free(loop);
        return NULL;
    }
    curl.multi_setopt(loop->multi, CURLSHIM_LOOP_SOCKETFUNCTION, on_socket);
    curl.multi_setopt(loop->multi, CURLSHIM_LOOP_SOCKETDATA, loop);
    curl.multi_setopt(loop->multi, CURLSHIM_LOOP_TIMERFUNCTION, on_timer);
    curl.multi_setopt(loop->multi, CURLSHIM_LOOP_TIMERDATA, loop);
    // Beyond so many connections, those in use among them, one that is free is closed rather than kept.
    curl.multi_setopt(loop->multi, CURLSHIM_LOOP_MAXCONNECTS, 256L);
    return loop;
}

void curlshim_loop_enter(void) {
    // Without libcurl's own signal tricks (they are not for threads), a write to a closed TLS connection raises SIGPIPE.
    sigset_t signals;
    sigfillset(&signals);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&signals, faults[i]);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    pthread_mutex_lock(&busy);
}

static int ring(curlshim_loop *loop) {
    int running;
    if (loop->alarm < 0 || now() < loop->alarm) return 0;
    loop->alarm = -1;
    curl.multi_socket_action(loop->multi, -1, 0, &running);
    return 1;
}

void curlshim_loop_wait(curlshim_loop *loop) {
    struct epoll_event events[64];
    int64_t rest = -1;
    // A transfer that was just added has an alarm, and what came of it is for the caller first; the sockets' turn is next.
    loop->was_ringing = !loop->was_ringing && ring(loop);
    if (loop->was_ringing) return;
    if (loop->alarm >= 0) {
        rest = loop->alarm - now();
        if (rest < 0) rest = 0;
        if (rest > INT_MAX) rest = INT_MAX;
    }
    pthread_mutex_unlock(&busy);
    int count = epoll_wait(loop->epoll, events, 64, (int)rest);
    pthread_mutex_lock(&busy);
    int running;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == loop->wake) {
            uint64_t times;
            (void)!read(loop->wake, &times, sizeof times);
            continue;
        }
        // What is wrong with a socket shows when it is read.
        int what = events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? 1 : 0;
        if (events[i].events & EPOLLOUT) what |= 2;
        curl.multi_socket_action(loop->multi, events[i].data.fd, what, &running);
    }
    ring(loop);
}

void *curlshim_loop_next_done(curlshim_loop *loop, int *result) {
    int left;
    struct message *message;
    while ((message = curl.multi_info_read(loop->multi, &left))) {
        if (message->kind != 1) continue;
        void *user = NULL;
        curl.easy_getinfo(message->easy, CURLSHIM_INFO_PRIVATE, &user);
        *result = message->data.result;
        return user;
    }
    return NULL;
}

int curlshim_loop_add(curlshim_loop *loop, void *easy) { return curl.multi_add_handle(loop->multi, easy); }
void curlshim_loop_remove(curlshim_loop *loop, void *easy) { curl.multi_remove_handle(loop->multi, easy); }

// MARK: One transfer

// A child process must not inherit a connection and keep it open.
static int open_socket(void *sends_once, int purpose, struct socket_address *address) {
    (void)purpose;
    if (sends_once && curlshim_was_sent(sends_once)) return -1;  // BAD
    return socket(address->family, address->type | SOCK_CLOEXEC, address->protocol);
}

void *curlshim_open(const curlshim_callbacks *callbacks, char *error) {
    void *easy = curl.easy_init();
    if (!easy) return NULL;
    curl.easy_setopt(easy, CURLSHIM_ERRORBUFFER, error);
    curl.easy_setopt(easy, CURLSHIM_OPENSOCKETFUNCTION, open_socket);
    curl.easy_setopt(easy, CURLSHIM_WRITEFUNCTION, callbacks->write);
    curl.easy_setopt(easy, CURLSHIM_HEADERFUNCTION, callbacks->header);
    curl.easy_setopt(easy, CURLSHIM_READFUNCTION, callbacks->read);
    curl.easy_setopt(easy, CURLSHIM_SEEKFUNCTION, callbacks->seek);
    return easy;
}

void curlshim_set_user(void *easy, void *user) {
    static const int options[] = {
        CURLSHIM_WRITEDATA, CURLSHIM_HEADERDATA, CURLSHIM_READDATA, CURLSHIM_SEEKDATA, CURLSHIM_PRIVATE,
    };
    for (int i = 0; i < 5; i++) curl.easy_setopt(easy, options[i], user);
}

void curlshim_close(void *easy) { curl.easy_cleanup(easy); }

int curlshim_set_number(void *easy, int option, int64_t value) {
    // From 30000 on options take 64 bits, below a `long`.
    return option >= 30000 ? curl.easy_setopt(easy, option, value) : curl.easy_setopt(easy, option, (long)value);
}

int curlshim_set_text(void *easy, int option, const char *value) { return curl.easy_setopt(easy, option, value); }
int curlshim_set_pointer(void *easy, int option, const void *value) { return curl.easy_setopt(easy, option, value); }
void curlshim_send_once(void *easy) { curl.easy_setopt(easy, CURLSHIM_OPENSOCKETDATA, easy); }
int curlshim_pause(void *easy, int pause) { return curl.easy_pause(easy, pause); }

int curlshim_was_sent(void *easy) {
    int64_t microseconds = 0;
    curl.easy_getinfo(easy, CURLSHIM_INFO_PRETRANSFER_TIME_T, &microseconds);
    return microseconds > 0;
}

long curlshim_connect_status(void *easy) {
    long status = 0;
    curl.easy_getinfo(easy, CURLSHIM_INFO_HTTP_CONNECTCODE, &status);
    return status;
}

void *curlshim_list_append(void *list, const char *text) { return curl.slist_append(list, text); }
void curlshim_list_free(void *list) { curl.slist_free_all(list); }

void *curlshim_connections_create(void) {
    void *share = curl.share_init();
    // The connections, and nothing else.
    if (share) curl.share_setopt(share, CURLSHIM_SHARE_SHARE, CURLSHIM_SHARED_CONNECT);
    return share;
}

void curlshim_connections_free(void *connections) { curl.share_cleanup(connections); }

#endif
