// SPDX-License-Identifier: Apache-2.0
// What rtpload.c and rtpfloor.c share: the list of calls, sockets, and the way out.
//
// The list has one line for each call, all addresses IPv4:
//
//   CALLER:PORT TO:PORT TO:PORT CALLEE:PORT
//
// the caller's socket, where the caller sends to, where the callee sends to, and the callee's socket.
#ifndef RTP_H
#define RTP_H
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// Longest datagram that is read whole.
enum { LONGEST = 2048 };

// One call: sockets of caller and callee, and where each sends to.
struct call {
  struct sockaddr_in own[2], to[2];
};

static inline void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  exit(1);
}

static inline struct sockaddr_in address(const char *host, int port) {
  struct sockaddr_in result = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &result.sin_addr) != 1) fail("not an IPv4 address: %s", host);
  return result;
}

// Reads the whole list; its length goes to count.
static inline struct call *read_calls(const char *path, int *count) {
  FILE *file = fopen(path, "r");
  if (!file) fail("%s: %s", path, strerror(errno));
  struct call *calls = NULL;
  char host[4][16];
  int port[4], room = 0;
  *count = 0;
  while (fscanf(file, " %15[0-9.]:%d %15[0-9.]:%d %15[0-9.]:%d %15[0-9.]:%d", host[0], &port[0], host[1], &port[1], host[2],
                &port[2], host[3], &port[3]) == 8) {
    if (*count == room && !(calls = realloc(calls, sizeof *calls * (size_t)(room = room * 2 + 64)))) fail("no memory");
    calls[(*count)++] = (struct call){.own = {address(host[0], port[0]), address(host[3], port[3])},
                                      .to = {address(host[1], port[1]), address(host[2], port[2])}};
  }
  if (!feof(file) || !*count) fail("%s: line %d is not as expected", path, *count + 1);
  fclose(file);
  return calls;
}

// A UDP socket that never blocks.
static inline int bound(const struct sockaddr_in *own) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (const struct sockaddr *)own, sizeof *own))
    fail("udp %s:%d: %s", inet_ntoa(own->sin_addr), ntohs(own->sin_port), strerror(errno));
  return fd;
}
#endif
