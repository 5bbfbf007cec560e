#ifndef EPOLL_SHIM_H
#define EPOLL_SHIM_H

// The C library's module for Swift leaves these calls out.
#ifdef __linux__
#include <sys/epoll.h>

// An enumeration in one C library, and numbers in another.
static const unsigned int epollshim_any_edge = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
#endif

#endif
