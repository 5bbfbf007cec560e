#ifndef EPOLL_SHIM_H
#define EPOLL_SHIM_H

// The C library's module for Swift leaves these calls out.
#ifdef __linux__
#include <sys/epoll.h>
#endif

#endif
