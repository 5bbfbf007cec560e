#if defined(__linux__)

#define _GNU_SOURCE
#include "CurlBinding.h"
#include "CurlShim.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

// MARK: The loop

enum { spares_at_most = 32, longest_sleep = 30000, rest_of_reading = 50 };

// A transfer that is over, for the next one to the same origin.
struct spare {
    void *easy;
    char *origin;
};

// What libcurl waits for at a socket, and for which transfer.
struct watched {
    void *easy;
    int what;
};

// A socket that is not read before a moment, in milliseconds; negative where that is over.
struct resting {
    int socket;
    int64_t until;
};

struct curlshim_loop {
    void *multi;
    int epoll, wake;
    // Ends a sleep that would be too long, without waking anybody before.
    int timer;
    // A socket that connects, not watched yet; negative for none. Only while a transfer begins.
    int connecting;
    void *connecting_easy;
    int begins;
    // In milliseconds of the monotonic clock; negative for none.
    int64_t alarm;
    // When the sleep ends by itself.
    int64_t wakes_at;
    // What the last sleep found. Used by the thread that sleeps alone.
    struct epoll_event events[64];
    int event_count;
    // From the first one that is read again to the last one. What stands before `resting_first` is free.
    struct resting *resting;
    int resting_first, resting_end, resting_room;
    // The transfer whose socket can rest, of those that are served just now; NULL for none.
    void *rests;
    // By the numbers of the sockets.
    struct watched *watched;
    int watched_room;
    // From the one that has waited longest to the newest.
    struct spare spares[spares_at_most];
    int spare_count;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// What is known of a socket; NULL where nothing is, for want of memory.
static struct watched *watched_at(curlshim_loop *loop, int socket) {
    if (socket < 0) return NULL;
    if (socket >= loop->watched_room) {
        int room = socket < 128 ? 256 : socket * 2;
        struct watched *watched = realloc(loop->watched, (size_t)room * sizeof *watched);
        if (!watched) return NULL;
        memset(watched + loop->watched_room, 0, (size_t)(room - loop->watched_room) * sizeof *watched);
        loop->watched = watched;
        loop->watched_room = room;
    }
    return &loop->watched[socket];
}

static int on_socket(void *easy, int socket, int what, void *user, void *unused) {
    (void)unused;
    curlshim_loop *loop = user;
    struct watched *watched = watched_at(loop, socket);
    int is_watched = watched && watched->what;
    struct epoll_event event = {.events = 0, .data.fd = socket};
    if (loop->connecting == socket) loop->connecting = -1;
    for (int i = loop->resting_first; i < loop->resting_end; i++) {
        if (loop->resting[i].socket == socket) loop->resting[i].socket = -1;
    }
    if (what == 4) {
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, socket, &event);
        if (watched) *watched = (struct watched){0};
        return 0;
    }
    if (loop->begins && what == 2 && !is_watched && loop->connecting < 0) {
        loop->connecting = socket;
        loop->connecting_easy = easy;
        return 0;
    }
    if (what & 1) event.events |= EPOLLIN;
    if (what & 2) event.events |= EPOLLOUT;
    if (watched) *watched = (struct watched){.easy = easy, .what = what};
    if (is_watched && epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
    // Without a watch this transfer alone is silent until its time is over. A failure here would end all of them.
    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event);
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
    loop->connecting = -1;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    loop->multi = curl.multi_init();
    struct epoll_event wakes = {.events = EPOLLIN, .data.fd = wake}, ends = {.events = EPOLLIN, .data.fd = loop->timer};
    if (loop->epoll < 0 || loop->timer < 0 || !loop->multi || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, wake, &wakes) != 0
        || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->timer, &ends) != 0) {
        if (loop->epoll >= 0) close(loop->epoll);
        if (loop->timer >= 0) close(loop->timer);
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

void curlshim_keep_signals_away(void) {
    // Without libcurl's own signal tricks (they are not for threads), a write to a closed TLS connection raises SIGPIPE.
    sigset_t signals;
    sigfillset(&signals);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&signals, faults[i]);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int curlshim_block_sigpipe(void) {
    sigset_t pipe, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    return !sigismember(&before, SIGPIPE);
}

void curlshim_unblock_sigpipe(void) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    // One that was raised meanwhile is taken, so that nobody gets it.
    static const struct timespec none;
    sigtimedwait(&pipe, NULL, &none);
    pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
}

void curlshim_loop_ring(curlshim_loop *loop) {
    int running;
    if (loop->alarm < 0 || now() < loop->alarm) return;
    loop->alarm = -1;
    curl.multi_socket_action(loop->multi, -1, 0, &running);
}

void curlshim_loop_let_rest(curlshim_loop *loop, void *easy, int rests) {
    if (rests || loop->rests == easy) loop->rests = rests ? easy : NULL;
}

static int watch(curlshim_loop *loop, int socket, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = socket};
    return epoll_ctl(loop->epoll, EPOLL_CTL_MOD, socket, &event);
}

static void begin_rest(curlshim_loop *loop, int socket) {
    // Not where something else is waited for as well, such as to go on sending. Others may have been served meanwhile.
    struct watched *watched = watched_at(loop, socket);
    if (!watched || watched->easy != loop->rests || watched->what != 1) return;
    if (loop->resting_end == loop->resting_room) {
        int count = loop->resting_end - loop->resting_first;
        if (count > loop->resting_room / 2 || !loop->resting) {
            int room = loop->resting_room ? loop->resting_room * 2 : 64;
            struct resting *resting = realloc(loop->resting, (size_t)room * sizeof *resting);
            // Then it is read at once, as others are.
            if (!resting) return;
            loop->resting = resting;
            loop->resting_room = room;
        }
        memmove(loop->resting, loop->resting + loop->resting_first, (size_t)count * sizeof *loop->resting);
        loop->resting_first = 0;
        loop->resting_end = count;
    }
    if (watch(loop, socket, 0) != 0) return;
    loop->resting[loop->resting_end++] = (struct resting){.socket = socket, .until = now() + rest_of_reading};
}

static void end_rests(curlshim_loop *loop) {
    if (loop->resting_first == loop->resting_end) return;
    int64_t at = now();
    while (loop->resting_first < loop->resting_end && loop->resting[loop->resting_first].until <= at) {
        int socket = loop->resting[loop->resting_first++].socket;
        if (socket >= 0) watch(loop, socket, EPOLLIN);
    }
}

void curlshim_loop_serve(curlshim_loop *loop) {
    int running;
    for (int i = 0; i < loop->event_count; i++) {
        const struct epoll_event *event = &loop->events[i];
        if (event->data.fd == loop->wake || event->data.fd == loop->timer) {
            uint64_t times;
            (void)!read(event->data.fd, &times, sizeof times);
            continue;
        }
        // What is wrong with a socket shows when it is read.
        int what = event->events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? 1 : 0;
        if (event->events & EPOLLOUT) what |= 2;
        loop->rests = NULL;
        curl.multi_socket_action(loop->multi, event->data.fd, what, &running);
        if (loop->rests) begin_rest(loop, event->data.fd);
    }
    loop->event_count = 0;
    end_rests(loop);
    curlshim_loop_ring(loop);
}

int curlshim_loop_rest(curlshim_loop *loop) {
    // Never for ever: a far alarm that a transfer sets meanwhile, such as for its connecting, then needs no waking.
    int64_t rest = longest_sleep, at = now();
    if (loop->alarm >= 0 && loop->alarm - at < rest) rest = loop->alarm < at ? 0 : loop->alarm - at;
    if (loop->resting_first < loop->resting_end) {
        int64_t until = loop->resting[loop->resting_first].until;
        if (until - at < rest) rest = until < at ? 0 : until - at;
    }
    loop->wakes_at = at + rest;
    return (int)rest;
}

void curlshim_loop_begin(curlshim_loop *loop) {
    loop->begins = 1;
    curlshim_loop_ring(loop);
    loop->begins = 0;
    int socket = loop->connecting;
    if (socket >= 0) {
        // To a server on the same machine it is connected by now, and the request can leave without anybody else's help.
        int running;
        struct pollfd connected = {.fd = socket, .events = POLLOUT};
        if (poll(&connected, 1, 0) > 0) curl.multi_socket_action(loop->multi, socket, 2, &running);
        if (loop->connecting == socket) on_socket(loop->connecting_easy, socket, 2, loop, NULL);
    }
}

void curlshim_loop_arm(curlshim_loop *loop) {
    if (loop->alarm < 0 || loop->alarm >= loop->wakes_at) return;
    loop->wakes_at = loop->alarm;
    struct itimerspec end = {.it_value = {.tv_sec = loop->alarm / 1000, .tv_nsec = loop->alarm % 1000 * 1000000}};
    timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &end, NULL);
}

void curlshim_loop_sleep(curlshim_loop *loop, int milliseconds) {
    int count = epoll_wait(loop->epoll, loop->events, 64, milliseconds);
    loop->event_count = count < 0 ? 0 : count;
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

// Scheme, host and port of a URL: what comes before its path.
static size_t origin_length(const char *url) {
    const char *host = strstr(url, "://");
    return host ? (size_t)(host + 3 - url) + strcspn(host + 3, "/?#") : strlen(url);
}

static void *remove_spare(curlshim_loop *loop, int place) {
    struct spare spare = loop->spares[place];
    loop->spare_count--;
    memmove(
        &loop->spares[place], &loop->spares[place + 1], (size_t)(loop->spare_count - place) * sizeof *loop->spares);
    free(spare.origin);
    return spare.easy;
}

// The newest: the younger a TLS session is, the likelier a server takes it.
static void *take_spare(curlshim_loop *loop, const char *url) {
    size_t length = origin_length(url);
    for (int place = loop->spare_count; place-- > 0;) {
        const char *origin = loop->spares[place].origin;
        if (strncmp(origin, url, length) == 0 && !origin[length]) return remove_spare(loop, place);
    }
    return NULL;
}

void *curlshim_open(curlshim_loop *loop, const char *url, const curlshim_callbacks *callbacks, char *error) {
    void *easy = url ? take_spare(loop, url) : NULL;
    if (!easy) easy = curl.easy_init();
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

void curlshim_close(curlshim_loop *loop, void *easy, const char *url) {
    char *origin = url ? strndup(url, origin_length(url)) : NULL;
    if (!origin) {
        curl.easy_cleanup(easy);
        return;
    }
    // Options go; what stays are the TLS sessions, with which the next handshake is a short one. From 8.12 on the loop has
    // them; before, only the handle that made them.
    curl.easy_setopt(easy, CURLSHIM_SHARE, NULL);
    curl.easy_reset(easy);
    // Of a request that failed early, as by the lookup of its host, versions before 8.7 keep the buffer. They refuse another
    // size then, and would read more into it than it has room for.
    if (curl.easy_setopt(easy, CURLSHIM_BUFFERSIZE, 16384L) != 0) {
        curl.easy_cleanup(easy);
        free(origin);
        return;
    }
    if (loop->spare_count == spares_at_most) curl.easy_cleanup(remove_spare(loop, 0));
    loop->spares[loop->spare_count++] = (struct spare){.easy = easy, .origin = origin};
}

int curlshim_set_number(void *easy, int option, int64_t value) {
    // From 30000 on options take 64 bits, below a `long`.
    return option >= 30000 ? curl.easy_setopt(easy, option, value) : curl.easy_setopt(easy, option, (long)value);
}

int curlshim_set_text(void *easy, int option, const char *value) { return curl.easy_setopt(easy, option, value); }
int curlshim_set_pointer(void *easy, int option, const void *value) { return curl.easy_setopt(easy, option, value); }
void curlshim_trust_file_only(void *easy) {
    const char *file = NULL;
    // Unknown before 7.84.
    if (curl.easy_getinfo(easy, CURLSHIM_INFO_CAINFO, &file) != 0 || !file) return;
    curl.easy_setopt(easy, CURLSHIM_CAPATH, NULL);
}

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

void *curlshim_list_append(void *list, const char *name, const char *separator, const char *value) {
    size_t first = strlen(name), second = strlen(separator), third = strlen(value);
    char *line = malloc(first + second + third + 1);
    if (!line) return NULL;
    memcpy(line, name, first);
    memcpy(line + first, separator, second);
    memcpy(line + first + second, value, third + 1);
    void *longer = curl.slist_append(list, line);
    free(line);
    return longer;
}

void curlshim_list_free(void *list) { curl.slist_free_all(list); }

void *curlshim_connections_create(void) {
    void *share = curl.share_init();
    // The connections, and nothing else.
    if (share) curl.share_setopt(share, CURLSHIM_SHARE_SHARE, CURLSHIM_SHARED_CONNECT);
    return share;
}

void curlshim_connections_free(void *connections) { curl.share_cleanup(connections); }

#endif
