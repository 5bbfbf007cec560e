#if defined(__linux__)

#define _GNU_SOURCE
#include "BenchmarkLimits.h"
#include "Curl.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void *generate_all(void *user) {
    struct generations *work = user;
    struct answer answer = {0};
    void *easy = limits_easy();
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
    int64_t failure = begun < concurrency ? -6 : 0;
    for (int i = 0; i < begun; i++) {
        pthread_join(works[i].thread, NULL);
        size = works[i].size;
        if (size < 0) failure = size;
    }
    free(works);
    return failure < 0 ? failure : size;
}

#endif
