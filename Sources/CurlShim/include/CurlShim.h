// A binding to the libcurl that Foundation has loaded, else the system's, found at run time: no curl header, nothing linked.
// It exists because `curl_easy_setopt` is variadic, which Swift cannot call. Linux only; empty elsewhere.
#ifndef CURL_SHIM_H
#define CURL_SHIM_H

#if defined(__linux__)

#include <stddef.h>
#include <stdint.h>

// The numbers are part of libcurl's stable binary interface; the names are its own without the prefix.
enum curlshim_option {
    CURLSHIM_POST = 47,
    CURLSHIM_NOBODY = 44,
    CURLSHIM_FRESH_CONNECT = 74,
    CURLSHIM_FORBID_REUSE = 75,
    CURLSHIM_HTTPGET = 80,
    CURLSHIM_HTTP_VERSION = 84,
    CURLSHIM_BUFFERSIZE = 98,
    CURLSHIM_NOSIGNAL = 99,
    CURLSHIM_PROTOCOLS = 181,
    CURLSHIM_PATH_AS_IS = 234,
    CURLSHIM_SUPPRESS_CONNECT_HEADERS = 265,
    CURLSHIM_SOCKS5_AUTH = 267,
    CURLSHIM_QUICK_EXIT = 322,
    CURLSHIM_URL = 10002,
    CURLSHIM_PROXY = 10004,
    CURLSHIM_HTTPHEADER = 10023,
    CURLSHIM_CUSTOMREQUEST = 10036,
    CURLSHIM_CAINFO = 10065,
    CURLSHIM_CAPATH = 10097,
    CURLSHIM_SHARE = 10100,
    CURLSHIM_COPYPOSTFIELDS = 10165,
    CURLSHIM_PROXYUSERNAME = 10175,
    CURLSHIM_PROXYPASSWORD = 10176,
    CURLSHIM_NOPROXY = 10177,
    CURLSHIM_POSTFIELDSIZE_LARGE = 30120,
    // Set here alone, with what a callback gets beside it.
    CURLSHIM_WRITEDATA = 10001,
    CURLSHIM_READDATA = 10009,
    CURLSHIM_ERRORBUFFER = 10010,
    CURLSHIM_HEADERDATA = 10029,
    CURLSHIM_PRIVATE = 10103,
    CURLSHIM_OPENSOCKETDATA = 10164,
    CURLSHIM_SEEKDATA = 10168,
    CURLSHIM_WRITEFUNCTION = 20011,
    CURLSHIM_READFUNCTION = 20012,
    CURLSHIM_HEADERFUNCTION = 20079,
    CURLSHIM_OPENSOCKETFUNCTION = 20163,
    CURLSHIM_SEEKFUNCTION = 20167,
};

enum curlshim_loop_option {
    CURLSHIM_LOOP_MAXCONNECTS = 6,
    CURLSHIM_LOOP_SOCKETDATA = 10002,
    CURLSHIM_LOOP_TIMERDATA = 10005,
    CURLSHIM_LOOP_SOCKETFUNCTION = 20001,
    CURLSHIM_LOOP_TIMERFUNCTION = 20004,
};

enum curlshim_share_option {
    CURLSHIM_SHARE_SHARE = 1,
};

enum curlshim_shared {
    CURLSHIM_SHARED_CONNECT = 5,
};

enum curlshim_info {
    CURLSHIM_INFO_PRIVATE = 0x100000 + 21,
    CURLSHIM_INFO_CAINFO = 0x100000 + 61,
    CURLSHIM_INFO_HTTP_CONNECTCODE = 0x200000 + 22,
    CURLSHIM_INFO_PRETRANSFER_TIME_T = 0x600000 + 53,
};

enum curlshim_signal {
    CURLSHIM_WRITE_PAUSE = 0x10000001,
    CURLSHIM_READ_ABORT = 0x10000000,
    CURLSHIM_SEEK_FAILED = 1,
};

/// What libcurl calls; `user` is what `curlshim_set_user` was given.
typedef struct {
    size_t (*_Nonnull write)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable user);
    size_t (*_Nonnull header)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable user);
    size_t (*_Nonnull read)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable user);
    int (*_Nonnull seek)(void *_Nullable user, int64_t offset, int origin);
} curlshim_callbacks;

typedef struct curlshim_loop curlshim_loop;

/// Binds once. 0: ready; 1: no libcurl; 2: older than 7.68; 3: it lacks what it should have, or does not start.
int curlshim_load(void);
/// The version of libcurl, or NULL.
const char *_Nullable curlshim_version(void);
const char *_Nonnull curlshim_error_text(int code);

/// The descriptor that wakes a loop; negative when there is none.
int curlshim_wake_create(void);
void curlshim_wake(int wake);
void curlshim_wake_close(int wake);

/// Keeps signals away from the calling thread.
void curlshim_keep_signals_away(void);
/// Keeps the signal of a broken connection away from the calling thread for a while. 0 where it was away already.
int curlshim_block_sigpipe(void);
void curlshim_unblock_sigpipe(void);

/// One set of transfers. Its functions are for one thread at a time, but for `curlshim_loop_sleep`.
curlshim_loop *_Nullable curlshim_loop_create(int wake);
/// Does what the last sleep has found, and what is due.
void curlshim_loop_serve(curlshim_loop *_Nonnull loop);
/// Does what is due, such as the beginning of a transfer that was just added.
void curlshim_loop_ring(curlshim_loop *_Nonnull loop);
/// Leaves the socket of a transfer alone for 50 milliseconds (1), where what has come from it is soon old and more of it can be
/// taken at once then, or goes on (0). Called from where bytes are received; the last call counts.
void curlshim_loop_let_rest(curlshim_loop *_Nonnull loop, void *_Nonnull easy, int rests);
/// How long the loop may sleep, in milliseconds.
int curlshim_loop_rest(curlshim_loop *_Nonnull loop);
/// Does what is due while another thread sleeps, such as the beginning of a transfer that was just added.
void curlshim_loop_begin(curlshim_loop *_Nonnull loop);
/// Has the sleep of that thread end when something is due. The last of all that is done meanwhile.
void curlshim_loop_arm(curlshim_loop *_Nonnull loop);
/// Sleeps until something arrives. For one thread, always the same, while any other may use the loop.
void curlshim_loop_sleep(curlshim_loop *_Nonnull loop, int milliseconds);
/// The `user` of the next transfer that is over, or NULL.
void *_Nullable curlshim_loop_next_done(curlshim_loop *_Nonnull loop, int *_Nonnull result);
int curlshim_loop_add(curlshim_loop *_Nonnull loop, void *_Nonnull easy);
void curlshim_loop_remove(curlshim_loop *_Nonnull loop, void *_Nonnull easy);

/// A transfer without options: one that is over where its URL had the same origin as `url`, with the TLS sessions that it
/// knows, else a new one. `error` has room for 256 bytes and outlives it.
void *_Nullable curlshim_open(
    curlshim_loop *_Nonnull loop, const char *_Nullable url, const curlshim_callbacks *_Nonnull callbacks,
    char *_Nonnull error);
/// What the callbacks are given.
void curlshim_set_user(void *_Nonnull easy, void *_Nonnull user);
/// Ends the use of a transfer. With a URL it can serve others to the same origin.
void curlshim_close(curlshim_loop *_Nonnull loop, void *_Nonnull easy, const char *_Nullable url);
int curlshim_set_number(void *_Nonnull easy, int option, int64_t value);
int curlshim_set_text(void *_Nonnull easy, int option, const char *_Nullable value);
int curlshim_set_pointer(void *_Nonnull easy, int option, const void *_Nullable value);
/// Trusts the system's certificates as they are in its file, where it has one, and leaves out its folder.
void curlshim_trust_file_only(void *_Nonnull easy);
/// Has a transfer fail where libcurl would send its request a second time, on another connection.
void curlshim_send_once(void *_Nonnull easy);
/// Stops (1) or continues (0) receiving.
int curlshim_pause(void *_Nonnull easy, int pause);
/// Whether a request has begun to leave on a connection.
int curlshim_was_sent(void *_Nonnull easy);
/// The status that a proxy answered CONNECT with, or 0.
long curlshim_connect_status(void *_Nonnull easy);

/// Adds the line that the three parts are together. NULL where there is no memory for it; the list is as it was then.
void *_Nullable curlshim_list_append(
    void *_Nullable list, const char *_Nonnull name, const char *_Nonnull separator, const char *_Nonnull value);
void curlshim_list_free(void *_Nullable list);

/// A set of connections of its own, for the transfers that name it.
void *_Nullable curlshim_connections_create(void);
void curlshim_connections_free(void *_Nonnull connections);

#endif
#endif
