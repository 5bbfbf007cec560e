#include "BenchmarkLimits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} buffer;

typedef struct {
    buffer line, data, type, pending_id, last_id;
    int has_data, after_cr;
    int mark;  // bytes of the byte order mark so far; 3 behind the stream's start
    int64_t retry;
    limits_count found;
} parser;

static void put(buffer *to, const uint8_t *bytes, size_t count) {
    if (to->count + count > to->capacity) {
        size_t capacity = to->capacity ? to->capacity : 256;
        while (capacity < to->count + count) capacity *= 2;
        uint8_t *grown = realloc(to->bytes, capacity);
        if (!grown) abort();
        to->bytes = grown;
        to->capacity = capacity;
    }
    if (count) memcpy(to->bytes + to->count, bytes, count);
    to->count += count;
}

// Not inlined, so that an event is handed over as a library would do it.
__attribute__((noinline)) static void dispatch(parser *p, const uint8_t *data, size_t count) {
    (void)data;
    p->found.events++;
    p->found.bytes += count;
}

static void end_block(parser *p) {
    p->last_id.count = 0;
    put(&p->last_id, p->pending_id.bytes, p->pending_id.count);
    if (p->has_data) dispatch(p, p->data.bytes, p->data.count - 1);
    p->data.count = p->type.count = 0;
    p->has_data = 0;
}

static void set_retry(parser *p, const uint8_t *value, size_t count) {
    int64_t time = 0;
    if (!count) return;
    for (size_t i = 0; i < count; i++) {
        if (value[i] < '0' || value[i] > '9') return;
        if (time > (INT64_MAX - 9) / 10) time = (INT64_MAX - 9) / 10;
        time = time * 10 + (value[i] - '0');
    }
    p->retry = time;
}

static void interpret(parser *p, const uint8_t *line, size_t count) {
    if (!count) return end_block(p);
    // The longest name that is known has five bytes.
    const uint8_t *colon = memchr(line, ':', count < 7 ? count : 7);
    size_t name = colon ? (size_t)(colon - line) : count;
    if (!name) return;
    const uint8_t *value = line + name;
    size_t rest = count - name;
    if (colon) {
        value++, rest--;
        if (rest && *value == ' ') value++, rest--;
    }
    if (name == 4 && !memcmp(line, "data", 4)) {
        put(&p->data, value, rest);
        put(&p->data, (const uint8_t *)"\n", 1);
        p->has_data = 1;
    } else if (name == 5 && !memcmp(line, "event", 5)) {
        p->type.count = 0;
        put(&p->type, value, rest);
    } else if (name == 2 && !memcmp(line, "id", 2)) {
        if (rest && memchr(value, 0, rest)) return;
        p->pending_id.count = 0;
        put(&p->pending_id, value, rest);
    } else if (name == 5 && !memcmp(line, "retry", 5)) {
        set_retry(p, value, rest);
    }
}

static void end_line(parser *p, const uint8_t *bytes, size_t count) {
    if (!p->line.count) return interpret(p, bytes, count);
    put(&p->line, bytes, count);
    interpret(p, p->line.bytes, p->line.count);
    p->line.count = 0;
}

static void feed(parser *p, const uint8_t *at, size_t count) {
    static const uint8_t mark[3] = {0xEF, 0xBB, 0xBF};
    const uint8_t *end = at + count;
    while (p->mark < 3 && at < end) {
        if (*at == mark[p->mark]) {
            at++, p->mark++;
            continue;
        }
        put(&p->line, mark, (size_t)p->mark);
        p->mark = 3;
    }
    if (p->after_cr && at < end) {
        p->after_cr = 0;
        if (*at == '\n') at++;
    }
    if (at < end && !memchr(at, '\r', (size_t)(end - at))) {
        for (const uint8_t *lf; (lf = memchr(at, '\n', (size_t)(end - at))); at = lf + 1) {
            end_line(p, at, (size_t)(lf - at));
        }
    } else {
        for (const uint8_t *byte = at; byte < end; byte++) {
            if (*byte != '\n' && *byte != '\r') continue;
            end_line(p, at, (size_t)(byte - at));
            if (*byte == '\r') {
                if (byte + 1 == end) p->after_cr = 1;
                else if (byte[1] == '\n') byte++;
            }
            at = byte + 1;
        }
    }
    if (at < end) put(&p->line, at, (size_t)(end - at));
}

int limits_sse(int file, size_t piece, limits_count *count) {
    parser p = {.retry = -1};
    uint8_t *bytes = malloc(piece);
    ssize_t got = -1;
    while (bytes && (got = read(file, bytes, piece)) > 0) feed(&p, bytes, (size_t)got);
    int error = got < 0 ? errno : 0;
    *count = p.found;
    free(bytes);
    buffer *all[] = {&p.line, &p.data, &p.type, &p.pending_id, &p.last_id};
    for (int i = 0; i < 5; i++) free(all[i]->bytes);
    return error;
}

uint64_t limits_lines(const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    uint64_t lines = 0;
    for (const uint8_t *lf; bytes < end && (lf = memchr(bytes, '\n', (size_t)(end - bytes))); bytes = lf + 1) lines++;
    return lines;
}
