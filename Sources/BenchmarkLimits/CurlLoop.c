#if defined(__linux__)

#define _GNU_SOURCE
#include "BenchmarkLimits.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

// A binding of its own: what the package measures itself against must not change with the package.
static struct {
    int (*global_init)(long);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    int (*easy_perform)(void *);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
    void *(*multi_init)(void);
    int (*multi_setopt)(void *, int, ...);
    int (*multi_add_handle)(void *, void *);
    int (*multi_remove_handle)(void *, void *);
    int (*multi_socket_action)(void *, int, int, int *);
    int (*multi_cleanup)(void *);
} curl;

enum {
    POST = 47, HTTPGET = 80, NOSIGNAL = 99,
    WRITEDATA = 10001, URL = 10002, SOCKETDATA = 10002, PROXY = 10004, TIMERDATA = 10005, HTTPHEADER = 10023,
    HEADERDATA = 10029, COPYPOSTFIELDS = 10165,
    SOCKETFUNCTION = 20001, TIMERFUNCTION = 20004, WRITEFUNCTION = 20011, HEADERFUNCTION = 20079,
    RESPONSE_CODE = 0x200002,
};

int limits_curl_load(void) {
    if (curl.multi_cleanup) return 0;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 1;
#define BIND(name) \
    if (!(*(void **)&curl.name = dlsym(library, "curl_" #name))) return 2;
    BIND(global_init)
    BIND(easy_init)
    BIND(easy_cleanup)
    BIND(easy_setopt)
    BIND(easy_getinfo)
    BIND(easy_perform)
    BIND(slist_append)
    BIND(slist_free_all)
    BIND(multi_init)
    BIND(multi_setopt)
    BIND(multi_add_handle)
    BIND(multi_remove_handle)
    BIND(multi_socket_action)
    BIND(multi_cleanup)
#undef BIND
    return curl.global_init(3);
}

static int64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// MARK: Generations

// What a request answers: whole, or line by line.
struct answer {
    char *bytes;
    size_t count, capacity;
    int by_line, is_complete;
    char path[512];
};

static int keep(struct answer *answer, const char *bytes, size_t count) {
    if (answer->count + count + 1 > answer->capacity) {
        size_t capacity = (answer->count + count + 1) * 2;
        char *grown = realloc(answer->bytes, capacity);
        if (!grown) return 0;
        answer->bytes = grown;
        answer->capacity = capacity;
    }
    memcpy(answer->bytes + answer->count, bytes, count);
    answer->count += count;
    answer->bytes[answer->count] = 0;
    return 1;
}

// Copies the text behind `key` up to the next quotation mark.
static int text_behind(const char *key, const char *bytes, size_t count, char *to, size_t room) {
    const char *found = memmem(bytes, count, key, strlen(key));
    if (!found) return 0;
    found += strlen(key);
    const char *end = memchr(found, '"', (size_t)(bytes + count - found));
    if (!end || (size_t)(end - found) >= room) return 0;
    memcpy(to, found, (size_t)(end - found));
    to[end - found] = 0;
    return 1;
}

static void take_line(struct answer *answer, const char *line, size_t count) {
    static const char completed[] = "\"process_completed\"";
    if (count < 6 || memcmp(line, "data: ", 6)) return;
    if (!memmem(line, count, completed, sizeof completed - 1)) return;
    answer->is_complete = text_behind("\"path\":\"", line, count, answer->path, sizeof answer->path);
}

static size_t on_bytes(char *bytes, size_t size, size_t number, void *user) {
    struct answer *answer = user;
    size_t count = size * number;
    if (!answer->by_line) return keep(answer, bytes, count) ? count : 0;
    const char *at = bytes, *end = bytes + count, *lf;
    while (at < end && (lf = memchr(at, '\n', (size_t)(end - at)))) {
        if (answer->count) {
            if (!keep(answer, at, (size_t)(lf - at))) return 0;
            take_line(answer, answer->bytes, answer->count);
            answer->count = 0;
        } else {
            take_line(answer, at, (size_t)(lf - at));
        }
        at = lf + 1;
    }
    return at == end || keep(answer, at, (size_t)(end - at)) ? count : 0;
}

struct generations {
    const char *url, *prompt;
    int count;
    int64_t size;
    pthread_t thread;
};

static int perform(void *easy, const char *url) {
    long status = 0;
    curl.easy_setopt(easy, URL, url);
    if (curl.easy_perform(easy) != 0) return 0;
    curl.easy_getinfo(easy, RESPONSE_CODE, &status);
    return status == 200;
}

static int64_t generate_one(void *easy, void *json, const struct generations *work, struct answer *answer) {
    static __thread unsigned number;
    char url[1024], body[512], session[64], job[128];
    snprintf(session, sizeof session, "c%lx%x", (unsigned long)pthread_self(), number++);
    snprintf(
        body, sizeof body,
        "{\"data\":[\"%s\",0,true,768,768,2],\"fn_index\":2,\"session_hash\":\"%s\",\"trigger_id\":5,"
        "\"event_data\":null}",
        work->prompt, session);
    answer->count = 0, answer->by_line = 0, answer->is_complete = 0;
    curl.easy_setopt(easy, HTTPHEADER, json);
    curl.easy_setopt(easy, POST, 1L);
    curl.easy_setopt(easy, COPYPOSTFIELDS, body);
    snprintf(url, sizeof url, "%s/gradio_api/queue/join", work->url);
    if (!perform(easy, url) || !text_behind("\"event_id\":\"", answer->bytes, answer->count, job, sizeof job)) return -1;
    answer->count = 0, answer->by_line = 1;
    curl.easy_setopt(easy, HTTPGET, 1L);
    curl.easy_setopt(easy, HTTPHEADER, NULL);
    snprintf(url, sizeof url, "%s/gradio_api/queue/data?session_hash=%s", work->url, session);
    if (!perform(easy, url) || !answer->is_complete) return -2;
    answer->count = 0, answer->by_line = 0;
    snprintf(url, sizeof url, "%s/gradio_api/file=%s", work->url, answer->path);
    return perform(easy, url) ? (int64_t)answer->count : -3;
}

// Without signals, and past any proxy.
static void *new_easy(void) {
    void *easy = curl.easy_init();
    if (!easy) return NULL;
    curl.easy_setopt(easy, NOSIGNAL, 1L);
    curl.easy_setopt(easy, PROXY, "");
    return easy;
}

static void *generate_all(void *user) {
    struct generations *work = user;
    struct answer answer = {0};
    void *easy = new_easy();
    void *json = curl.slist_append(NULL, "Content-Type: application/json");
    work->size = easy && json ? 0 : -4;
    if (work->size == 0) {
        curl.easy_setopt(easy, WRITEFUNCTION, on_bytes);
        curl.easy_setopt(easy, WRITEDATA, &answer);
        for (int i = 0; i < work->count && work->size >= 0; i++) {
            work->size = generate_one(easy, json, work, &answer);
        }
    }
    if (easy) curl.easy_cleanup(easy);
    curl.slist_free_all(json);
    free(answer.bytes);
    return NULL;
}

int64_t limits_generate(const char *url, const char *prompt, int count, int concurrency) {
    struct generations *works = calloc((size_t)concurrency, sizeof *works);
    int64_t size = -5;
    if (!works) return size;
    int begun = 0;
    for (; begun < concurrency; begun++) {
        works[begun].url = url;
        works[begun].prompt = prompt;
        works[begun].count = count / concurrency + (begun < count % concurrency);
        works[begun].size = -6;
        if (pthread_create(&works[begun].thread, NULL, generate_all, &works[begun]) != 0) break;
    }
    for (int i = 0; i < begun; i++) {
        pthread_join(works[i].thread, NULL);
        size = works[i].size;
        if (size < 0) break;
    }
    free(works);
    return size;
}

// MARK: Streams

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
    ((limits_streams *)user)->alarm = milliseconds < 0 ? 0 : nanoseconds() + milliseconds * 1000000;
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
            all->delays[all->come++] = nanoseconds() - strtoll(stream->line + 6, NULL, 10);
        }
        stream->count = 0;
    }
    return count;
}

// Waits once, and does what is to be done.
static void turn(limits_streams *all, int64_t until) {
    struct epoll_event events[64];
    int64_t due = all->alarm && all->alarm < until ? all->alarm : until;
    int64_t rest = due - nanoseconds();
    int running, count = epoll_wait(all->epoll, events, 64, rest > 0 ? (int)((rest + 999999) / 1000000) : 0);
    for (int i = 0; i < count; i++) {
        int what = events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? 1 : 0;
        if (events[i].events & EPOLLOUT) what |= 2;
        curl.multi_socket_action(all->multi, events[i].data.fd, what, &running);
    }
    if (all->alarm && nanoseconds() >= all->alarm) {
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
    int64_t until = nanoseconds() + 10000000000;
    int begun = 0;
    while (all->open < count && nanoseconds() < until) {
        // Not all at once: the server's backlog is finite.
        for (; begun < count && begun - all->open < 64; begun++) {
            struct stream *stream = &all->streams[begun];
            stream->owner = all;
            stream->easy = new_easy();
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
    int64_t until = nanoseconds() + milliseconds * 1000000;
    all->wanted = wanted;
    all->come = 0;
    all->delays = delays;
    while (nanoseconds() < until && (wanted == 0 || all->come < wanted)) turn(all, until);
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
