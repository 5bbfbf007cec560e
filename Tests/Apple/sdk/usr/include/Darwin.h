// The part of Darwin's C library that this package and its tests call, with Darwin's types and values, for type-checking
// only. Not Apple's headers: who needs one more name adds it here, after the manual page and a real header.
#pragma once

typedef __SIZE_TYPE__ size_t;
typedef long ssize_t, time_t;
typedef long long off_t;
typedef int pid_t, suseconds_t, dev_t;
typedef unsigned short mode_t, nlink_t;
typedef unsigned int uid_t, gid_t, useconds_t, socklen_t, nfds_t;
typedef unsigned long long ino_t, rlim_t;
typedef int blksize_t;
typedef long long blkcnt_t;
typedef unsigned long uintptr_t;
typedef long intptr_t;
typedef unsigned char u_char, sa_family_t;
typedef unsigned short in_port_t;
typedef unsigned int in_addr_t;

// errno.h
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define EBADF 9
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENFILE 23
#define EMFILE 24
#define ENOSPC 28
#define EPIPE 32
#define EAGAIN 35
#define EWOULDBLOCK EAGAIN
#define EADDRNOTAVAIL 49
#define ECONNABORTED 53
#define ECONNRESET 54
#define ENOBUFS 55

// string.h, stdlib.h, stdio.h
void *memchr(const void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *to, const void *from, size_t n);
size_t strlen(const char *s);
char *strerror(int code);
void exit(int status) __attribute__((noreturn));
double pow(double base, double exponent);
double log(double value);
double exp(double value);
double sqrt(double value);
char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);

// unistd.h, fcntl.h, sys/stat.h, sys/ioctl.h
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define O_RDONLY 0x0000
#define O_WRONLY 0x0001
#define O_RDWR 0x0002
#define O_NONBLOCK 0x00000004
#define O_NOFOLLOW 0x00000100
#define O_CREAT 0x00000200
#define O_TRUNC 0x00000400
#define O_EXCL 0x00000800
#define O_CLOEXEC 0x01000000
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define FD_CLOEXEC 1
struct timespec { time_t tv_sec; long tv_nsec; };
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
struct stat {
  dev_t st_dev; mode_t st_mode; nlink_t st_nlink; ino_t st_ino; uid_t st_uid; gid_t st_gid; dev_t st_rdev;
  struct timespec st_atimespec, st_mtimespec, st_ctimespec, st_birthtimespec;
  off_t st_size; blkcnt_t st_blocks; blksize_t st_blksize; unsigned int st_flags, st_gen; int st_lspare; long long st_qspare[2];
};
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
ssize_t read(int file, void *to, size_t n);
ssize_t write(int file, const void *from, size_t n);
ssize_t pread(int file, void *to, size_t n, off_t at);
off_t lseek(int file, off_t at, int whence);
int close(int file);
int link(const char *from, const char *to);
int unlink(const char *path);
int rename(const char *from, const char *to);
int mkdir(const char *path, mode_t mode);
int rmdir(const char *path);
int chmod(const char *path, mode_t mode);
int fchmod(int file, mode_t mode);
mode_t umask(mode_t mask);
int stat(const char *path, struct stat *info);
int lstat(const char *path, struct stat *info);
int fstat(int file, struct stat *info);
int isatty(int file);
int usleep(useconds_t time);
pid_t getpid(void);
uid_t getuid(void);
uid_t geteuid(void);
int mkfifo(const char *path, mode_t mode);
int pipe(int files[2]);

// signal.h, time.h, sys/resource.h
#define SIGINT 2
#define SIGKILL 9
#define SIGPIPE 13
#define SIGTERM 15
typedef void (*sig_t)(int);
sig_t signal(int number, sig_t handler);
int kill(pid_t process, int number);
int raise(int number);
typedef unsigned long clock_t;
#define CLOCKS_PER_SEC ((clock_t)1000000)
clock_t clock(void);
typedef enum { _CLOCK_REALTIME = 0, _CLOCK_MONOTONIC = 6, _CLOCK_PROCESS_CPUTIME_ID = 12 } clockid_t;
int clock_gettime(clockid_t clock, struct timespec *time);
struct rusage {
  struct timeval ru_utime, ru_stime;
  long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv,
      ru_nsignals, ru_nvcsw, ru_nivcsw;
};
int getrusage(int who, struct rusage *usage);
struct rlimit { rlim_t rlim_cur, rlim_max; };
#define RLIMIT_NOFILE 8
int getrlimit(int kind, struct rlimit *limit);
int setrlimit(int kind, const struct rlimit *limit);

// sys/socket.h, netinet/in.h, netinet/tcp.h, arpa/inet.h, netdb.h
#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 30
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOL_SOCKET 0xffff
#define SO_REUSEADDR 0x0004
#define SO_LINGER 0x0080
#define SO_SNDBUF 0x1001
#define SO_RCVBUF 0x1002
#define SO_RCVTIMEO 0x1006
#define SO_NOSIGPIPE 0x1022
#define SOMAXCONN 128
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define MSG_PEEK 0x2
#define MSG_WAITALL 0x40
#define MSG_DONTWAIT 0x80
#define IPPROTO_TCP 6
#define TCP_NODELAY 0x01
#define AI_PASSIVE 0x00000001
#define AI_NUMERICHOST 0x00000004
struct sockaddr { unsigned char sa_len; sa_family_t sa_family; char sa_data[14]; };
struct linger { int l_onoff, l_linger; };
struct in_addr { in_addr_t s_addr; };
struct sockaddr_in { unsigned char sin_len; sa_family_t sin_family; in_port_t sin_port; struct in_addr sin_addr; char sin_zero[8]; };
struct in6_addr { union { unsigned char __u6_addr8[16]; unsigned short __u6_addr16[8]; unsigned int __u6_addr32[4]; } __u6_addr; };
struct sockaddr_in6 {
  unsigned char sin6_len; sa_family_t sin6_family; in_port_t sin6_port; unsigned int sin6_flowinfo; struct in6_addr sin6_addr;
  unsigned int sin6_scope_id;
};
struct addrinfo {
  int ai_flags, ai_family, ai_socktype, ai_protocol; socklen_t ai_addrlen; char *ai_canonname; struct sockaddr *ai_addr;
  struct addrinfo *ai_next;
};
int socket(int family, int kind, int protocol);
int bind(int socket, const struct sockaddr *address, socklen_t length);
int listen(int socket, int backlog);
int accept(int socket, struct sockaddr *address, socklen_t *length);
int connect(int socket, const struct sockaddr *address, socklen_t length);
int getsockname(int socket, struct sockaddr *address, socklen_t *length);
int setsockopt(int socket, int level, int option, const void *value, socklen_t length);
int getsockopt(int socket, int level, int option, void *value, socklen_t *length);
ssize_t send(int socket, const void *from, size_t n, int flags);
ssize_t recv(int socket, void *to, size_t n, int flags);
int shutdown(int socket, int how);
int inet_pton(int family, const char *text, void *address);
const char *inet_ntop(int family, const void *address, char *text, socklen_t length);
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list);
void freeaddrinfo(struct addrinfo *list);

// poll.h, sys/event.h
#define POLLIN 0x0001
#define POLLOUT 0x0004
struct pollfd { int fd; short events, revents; };
int poll(struct pollfd *files, nfds_t count, int milliseconds);
#define EVFILT_READ (-1)
#define EVFILT_WRITE (-2)
#define EV_ADD 0x0001
#define EV_DELETE 0x0002
#define EV_CLEAR 0x0020
#define EV_EOF 0x8000
struct kevent { uintptr_t ident; short filter; unsigned short flags; unsigned int fflags; intptr_t data; void *udata; };
int kqueue(void);
int kevent(int queue, const struct kevent *changes, int changeCount, struct kevent *events, int eventCount,
           const struct timespec *patience);

// dlfcn.h
void *dlsym(void *handle, const char *name);
