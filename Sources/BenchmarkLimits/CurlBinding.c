#if defined(__linux__)

#define _GNU_SOURCE
#include "BenchmarkLimits.h"
#include "Curl.h"

#include <dlfcn.h>
#include <time.h>

struct limits_curl limits_curl;

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

int64_t limits_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void *limits_easy(void) {
    void *easy = curl.easy_init();
    if (!easy) return NULL;
    curl.easy_setopt(easy, NOSIGNAL, 1L);
    curl.easy_setopt(easy, PROXY, "");
    return easy;
}

#endif
