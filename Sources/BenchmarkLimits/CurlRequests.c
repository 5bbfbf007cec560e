#if defined(__linux__)

#define _GNU_SOURCE
#include "BenchmarkLimits.h"
#include "Curl.h"

static size_t on_bytes(char *bytes, size_t size, size_t count, void *user) {
    if (size * count > 0) *(char *)user = bytes[0];
    return size * count;
}

void *limits_requests_open(const char *url, const char *authorities, int is_fresh) {
    void *easy = limits_easy();
    if (!easy) return NULL;
    curl.easy_setopt(easy, URL, url);
    curl.easy_setopt(easy, CAINFO, authorities);
    // With it, libcurl would read the file again for each connection.
    curl.easy_setopt(easy, CAPATH, NULL);
    curl.easy_setopt(easy, COPYPOSTFIELDS, "{}");
    curl.easy_setopt(easy, WRITEFUNCTION, on_bytes);
    curl.easy_setopt(easy, FRESH_CONNECT, (long)is_fresh);
    curl.easy_setopt(easy, FORBID_REUSE, (long)is_fresh);
    return easy;
}

int limits_requests_send(void *easy, char expected, int count) {
    int right = 0;
    for (int i = 0; i < count; i++) {
        char answer = 0;
        curl.easy_setopt(easy, WRITEDATA, &answer);
        if (curl.easy_perform(easy) != 0) return -1;
        right += answer == expected;
    }
    return right;
}

void limits_requests_close(void *easy) { curl.easy_cleanup(easy); }

#endif
