// SPDX-License-Identifier: Apache-2.0
// The floor under every relay in user space: a socket for each side of each call, epoll, one recvfrom and one sendto for each
// packet, and nothing else: it knows from its list of calls where everything goes, looks into no packet and at no source.
//
//   rtpfloor CALLS
//
// It says "ready" when it listens and runs until it is stopped.
#include <sys/epoll.h>

#include "rtp.h"

// One side of a call: its socket, and by which socket what comes here leaves, and where to.
struct side {
  int fd, out;
  struct sockaddr_in peer;
};

enum { EVENTS = 256 };

int main(int argc, char **argv) {
  if (argc != 2) fail("rtpfloor CALLS");
  int count;
  struct call *calls = read_calls(argv[1], &count);
  struct side *sides = calloc((size_t)count * 2, sizeof *sides);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (!sides || epoll < 0) fail("epoll: %s", strerror(errno));
  for (int i = 0; i < count; i++) {
    struct side *pair = sides + i * 2;
    for (int s = 0; s < 2; s++) pair[s].fd = bound(&calls[i].to[s]);
    for (int s = 0; s < 2; s++) {
      pair[s].out = pair[1 - s].fd;
      pair[s].peer = calls[i].own[1 - s];
      struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = &pair[s]};
      if (epoll_ctl(epoll, EPOLL_CTL_ADD, pair[s].fd, &wanted)) fail("epoll: %s", strerror(errno));
    }
  }
  puts("ready");
  fflush(stdout);
  struct epoll_event events[EVENTS];
  struct sockaddr_in from;
  char packet[LONGEST];
  for (;;) {
    int n = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      struct side *side = events[i].data.ptr;
      socklen_t length = sizeof from;
      ssize_t size = recvfrom(side->fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &length);
      if (size > 0) sendto(side->out, packet, (size_t)size, 0, (struct sockaddr *)&side->peer, sizeof side->peer);
    }
  }
}
