#ifndef BENCHMARK_LIMITS_CURL_H
#define BENCHMARK_LIMITS_CURL_H

#include <stdint.h>

// A binding of its own: what the package measures itself against must not change with the package.
struct limits_curl {
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
};
extern struct limits_curl limits_curl;

enum {
    POST = 47, FRESH_CONNECT = 74, FORBID_REUSE = 75, HTTPGET = 80, NOSIGNAL = 99,
    WRITEDATA = 10001, URL = 10002, SOCKETDATA = 10002, PROXY = 10004, TIMERDATA = 10005, HTTPHEADER = 10023,
    HEADERDATA = 10029, CAINFO = 10065, CAPATH = 10097, COPYPOSTFIELDS = 10165,
    SOCKETFUNCTION = 20001, TIMERFUNCTION = 20004, WRITEFUNCTION = 20011, HEADERFUNCTION = 20079,
    RESPONSE_CODE = 0x200002,
};

#define curl limits_curl

/// The monotonic clock.
int64_t limits_nanoseconds(void);
/// A handle without signals, past any proxy.
void *limits_easy(void);

#endif
