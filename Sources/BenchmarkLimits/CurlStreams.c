#if defined(__linux__)

#define _GNU_SOURCE
#include "BenchmarkLimits.h"
#include "Curl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

struct stream {
    limits_streams *owner;
    void *easy;
    char line[64];
    size_t count;
};

struct limits_streams {
    void *multi;
    int epoll;
    int64_t alarm;  // in nanoseconds of the monotonic clock; 0 for none
    int open, count, wanted, come;
    int64_t *delays;
    struct stream *streams;
};

static int on_socket(void *easy, int socket, int what, void *user, void *known) {
    (void)easy, (void)known;
    limits_streams *all = user;
    struct epoll_event event = {.data.fd = socket};
    if (what == 4) return epoll_ctl(all->epoll, EPOLL_CTL_DEL, socket, &event), 0;
    if (what & 1) event.events |= EPOLLIN;
    if (what & 2) event.events |= EPOLLOUT;
    if (epoll_ctl(all->epoll, EPOLL_CTL_MOD, socket, &event) != 0) epoll_ctl(all->epoll, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

static int on_timer(void *multi, long milliseconds, void *user) {
    (void)multi;
    ((limits_streams *)user)->alarm = milliseconds < 0 ? 0 : limits_nanoseconds() + milliseconds * 1000000;
    return 0;
}

static size_t on_head(char *bytes, size_t size, size_t number, void *user) {
    struct stream *stream = user;
    if (size * number == 2 && bytes[0] == '\r') stream->owner->open++;
    return size * number;
}

static size_t on_events(char *bytes, size_t size, size_t number, void *user) {
    struct stream *stream = user;
    limits_streams *all = stream->owner;
    size_t count = size * number;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != '\n') {
            if (stream->count < sizeof stream->line - 1) stream->line[stream->count++] = bytes[i];
            continue;
        }
        stream->line[stream->count] = 0;
        if (stream->count > 6 && !memcmp(stream->line, "data: ", 6) && all->come < all->wanted) {
            all->delays[all->come++] = limits_nanoseconds() - strtoll(stream->line + 6, NULL, 10);
        }
        stream->count = 0;
    }
    return count;
}

// Waits once, and does what is to be done.
static void turn(limits_streams *all, int64_t until) {
    struct epoll_event events[64];
    int64_t due = all->alarm && all->alarm < until ? all->alarm : until;
    int64_t rest = due - limits_nanoseconds();
    int running, count = epoll_wait(all->epoll, events, 64, rest > 0 ? (int)((rest + 999999) / 1000000) : 0);
    for (int i = 0; i < count; i++) {
        int what = events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? 1 : 0;
        if (events[i].events & EPOLLOUT) what |= 2;
        curl.multi_socket_action(all->multi, events[i].data.fd, what, &running);
    }
    if (all->alarm && limits_nanoseconds() >= all->alarm) {
        all->alarm = 0;
        curl.multi_socket_action(all->multi, -1, 0, &running);
    }
}

limits_streams *limits_streams_open(const char *url, int count) {
    limits_streams *all = calloc(1, sizeof *all);
    if (!all) return NULL;
    all->count = count;
    all->streams = calloc((size_t)count, sizeof *all->streams);
    all->epoll = epoll_create1(EPOLL_CLOEXEC);
    all->multi = curl.multi_init();
    if (!all->streams || all->epoll < 0 || !all->multi) return NULL;
    curl.multi_setopt(all->multi, SOCKETFUNCTION, on_socket);
    curl.multi_setopt(all->multi, SOCKETDATA, all);
    curl.multi_setopt(all->multi, TIMERFUNCTION, on_timer);
    curl.multi_setopt(all->multi, TIMERDATA, all);
    int64_t until = limits_nanoseconds() + 10000000000;
    int begun = 0;
    while (all->open < count && limits_nanoseconds() < until) {
        // Not all at once: the server's backlog is finite.
        for (; begun < count && begun - all->open < 64; begun++) {
            struct stream *stream = &all->streams[begun];
            stream->owner = all;
            stream->easy = limits_easy();
            if (!stream->easy) return NULL;
            curl.easy_setopt(stream->easy, URL, url);
            curl.easy_setopt(stream->easy, HEADERFUNCTION, on_head);
            curl.easy_setopt(stream->easy, HEADERDATA, stream);
            curl.easy_setopt(stream->easy, WRITEFUNCTION, on_events);
            curl.easy_setopt(stream->easy, WRITEDATA, stream);
            if (curl.multi_add_handle(all->multi, stream->easy) != 0) return NULL;
        }
        turn(all, until);
    }
    if (all->open == count) return all;
    limits_streams_close(all);
    return NULL;
}

int limits_streams_serve(limits_streams *all, int64_t milliseconds, int wanted, int64_t *delays) {
    int64_t until = limits_nanoseconds() + milliseconds * 1000000;
    all->wanted = wanted;
    all->come = 0;
    all->delays = delays;
    while (limits_nanoseconds() < until && (wanted == 0 || all->come < wanted)) turn(all, until);
    return all->come;
}

void limits_streams_close(limits_streams *all) {
    for (int i = 0; i < all->count; i++) {
        if (!all->streams[i].easy) continue;
        curl.multi_remove_handle(all->multi, all->streams[i].easy);
        curl.easy_cleanup(all->streams[i].easy);
    }
    curl.multi_cleanup(all->multi);
    close(all->epoll);
    free(all->streams);
    free(all);
}

#endif
