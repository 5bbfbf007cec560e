#ifndef CURL_BINDING_H
#define CURL_BINDING_H

#include <stdint.h>

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

// Its functions, once `curlshim_load` has found them.
struct curlshim_binding {
    int (*global_init)(long);
    struct version_info *(*version_info)(int);
    const char *(*easy_strerror)(int);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    void (*easy_reset)(void *);
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
};
extern struct curlshim_binding curlshim_binding;

#define curl curlshim_binding

#endif
