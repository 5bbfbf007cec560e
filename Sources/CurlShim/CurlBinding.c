#if defined(__linux__)

#define _GNU_SOURCE
#include "CurlBinding.h"
#include "CurlShim.h"

#include <dlfcn.h>
#include <pthread.h>

struct curlshim_binding curlshim_binding;

static const char *version;
static int load_result = 1;
static pthread_once_t load_once = PTHREAD_ONCE_INIT;

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
    BIND(easy_reset)
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
    load_result = 0;
}

int curlshim_load(void) {
    pthread_once(&load_once, load);
    return load_result;
}

const char *curlshim_version(void) { return version; }
const char *curlshim_error_text(int code) { return curl.easy_strerror(code); }

#endif
