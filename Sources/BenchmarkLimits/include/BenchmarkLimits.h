// What the benchmark measures the package against: the same work done by little but the libraries underneath.
#ifndef BENCHMARK_LIMITS_H
#define BENCHMARK_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/// What a parser has found: the events, and the bytes of their data.
typedef struct {
    uint64_t events, bytes;
} limits_count;

/// Parses an event stream after the whole standard, reading it in pieces. Returns 0, or an error number.
int limits_sse(int file, size_t piece, limits_count *_Nonnull count);
/// Counts the lines of some bytes with `memchr`.
uint64_t limits_lines(const uint8_t *_Nonnull bytes, size_t count);

#if defined(__linux__)

/// Binds libcurl. 0: ready.
int limits_curl_load(void);

/// Makes pictures with a Gradio app through re-used handles, one thread for each of `concurrency`: joins the queue, reads
/// the events, loads the picture. Returns the bytes of the last picture, or a negative number.
int64_t limits_generate(const char *_Nonnull url, const char *_Nonnull prompt, int count, int concurrency);

/// A handle that posts a few bytes to a TLS server whose certificate is in a file, each time on a fresh connection or on the
/// one of the last time. NULL where there is no memory.
void *_Nullable limits_requests_open(const char *_Nonnull url, const char *_Nonnull authorities, int is_fresh);
/// Returns how many of so many answers began as expected, or a negative number.
int limits_requests_send(void *_Nonnull requests, char expected, int count);
void limits_requests_close(void *_Nonnull requests);

/// Open event streams.
typedef struct limits_streams limits_streams;
/// Opens streams, and returns when all heads are there; NULL where that does not come about in ten seconds.
limits_streams *_Nullable limits_streams_open(const char *_Nonnull url, int count);
/// Serves the streams for a while, or until `wanted` events have come, and notes for each how many nanoseconds after the
/// moment that it names it was there. Returns how many have come.
int limits_streams_serve(
    limits_streams *_Nonnull streams, int64_t milliseconds, int wanted, int64_t *_Nonnull delays);
void limits_streams_close(limits_streams *_Nonnull streams);

#endif
#endif
