// SPDX-License-Identifier: Apache-2.0
// Sends G.711 through a relay, both ways in every call, and says what became of it.
//
//   rtpload CALLS SETTLE SECONDS PTIME_US TICK_US [CALLER_NETNS CALLEE_NETNS]
//
// CALLS is the list of calls (rtp.h). Every side sends a packet of 172 bytes each PTIME_US; the packets of all sides are spread
// evenly over that time. What is sent in the first SETTLE seconds is counted apart, then come SECONDS that are measured. Callers'
// and callees' sockets are opened in the named network namespaces (/proc/PID/ns/net), if given.
//
// To stdout: "start" and "stop" around the measured seconds, then, when what was on its way had time to arrive, one line of JSON.
//
// It is light so that the relay is measured and not the tool: one thread, which sleeps until packets are due (but no shorter than
// TICK_US), sends them, and then reads what has come. Nobody waits for a packet, so the relay pays for no wake-up of ours, and
// yet delays are exact: they end at the kernel's own time of arrival (SO_TIMESTAMPNS). Sockets are connected: a packet from
// another address than that of the relay's side is not taken, and so is lost.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "rtp.h"

enum {
  EVENTS = 256,
  AUDIO = 160,
  // How long after the last packet was sent the tool still listens.
  DRAIN_MS = 500,
  // The histogram: each power of two of nanoseconds in so many parts, so that a percentile is exact to 1/64.
  PARTS = 64,
  POWERS = 40,
};
static const int64_t SECOND = 1000000000;

// What is sent: RTP, and in the place of the audio who sent it when. All but sent in network order.
struct packet {
  uint8_t flags, payload_type;
  uint16_t sequence;
  uint32_t timestamp, ssrc;
  uint32_t stream, number;
  int64_t sent;
  uint8_t rest[AUDIO - 16];
} __attribute__((packed));

// One direction of a call.
struct stream {
  int fd;         // its sender's socket
  uint8_t *seen;  // a bit for each packet
  uint32_t highest;
  bool heard;
};

// What became of packets; two of them, for the settling and for the measured time.
struct counts {
  int64_t sent, refused, received, duplicated, reordered, altered;
};

static struct stream *streams;
static uint32_t stream_count, per_stream, first_measured;
static struct counts counts[2];
static int64_t delays[POWERS * PARTS], longest_delay, longest_late, stray, in_window;
static bool window;
static struct packet packet = {.flags = 0x80};

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

// The phase of the histogram for a delay: its power of two, and the 64th of it.
static int phase(int64_t ns) {
  if (ns < PARTS) return ns < 0 ? 0 : (int)ns;
  int power = 63 - __builtin_clzll((uint64_t)ns);
  int place = (power - 5) * PARTS + (int)(ns >> (power - 6)) - PARTS;
  return place < POWERS * PARTS ? place : POWERS * PARTS - 1;
}

// The delay, in microseconds, that this share of the packets did not exceed.
static double percentile(double share) {
  int64_t left = 0;
  for (int i = 0; i < POWERS * PARTS; i++) left += delays[i];
  left = (int64_t)((double)left * (1 - share));
  for (int i = POWERS * PARTS - 1; i >= 0; i--) {
    left -= delays[i];
    if (left < 0) return (i < PARTS ? i : (double)((int64_t)(i % PARTS + PARTS) << (i / PARTS - 1))) / 1000;
  }
  return 0;
}

static void enter(const char *netns) {
  int fd = open(netns, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, CLONE_NEWNET)) fail("%s: %s", netns, strerror(errno));
  close(fd);
}

// Opens all sockets of one side; a stream's number is that of its sender: callers first, then callees.
static void open_side(const struct call *calls, int count, int side, int epoll) {
  for (int i = 0; i < count; i++) {
    int yes = 1, fd = bound(&calls[i].own[side]);
    if (connect(fd, (const struct sockaddr *)&calls[i].to[side], sizeof calls[i].to[side])) fail("connect: %s", strerror(errno));
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes)) fail("SO_TIMESTAMPNS: %s", strerror(errno));
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted)) fail("epoll: %s", strerror(errno));
    struct stream *stream = &streams[side * count + i];
    stream->fd = fd;
    if (!(stream->seen = calloc(per_stream / 8 + 1, 1))) fail("no memory");
  }
}

static void send_packet(uint32_t stream, uint32_t number) {
  packet.payload_type = number ? 0 : 0x80;
  packet.sequence = htons((uint16_t)number);
  packet.timestamp = htonl(number * AUDIO);
  packet.ssrc = packet.stream = htonl(stream);
  packet.number = htonl(number);
  packet.sent = now(CLOCK_REALTIME);
  struct counts *here = &counts[number >= first_measured];
  here->sent++;
  if (send(streams[stream].fd, &packet, sizeof packet, 0) != sizeof packet) here->refused++;
}

// Counts one packet that has come at the given time.
static void count(const struct packet *got, size_t size, int64_t arrived) {
  uint32_t id = ntohl(got->stream), number = ntohl(got->number);
  if (window) in_window++;
  if (size != sizeof *got || id >= stream_count || number >= per_stream) {
    stray++;
    return;
  }
  struct stream *stream = &streams[id];
  struct counts *here = &counts[number >= first_measured];
  uint8_t bit = (uint8_t)(1 << (number & 7));
  if (stream->seen[number >> 3] & bit) {
    here->duplicated++;
    return;
  }
  stream->seen[number >> 3] |= bit;
  here->received++;
  if (stream->heard && number < stream->highest) here->reordered++;
  if (!stream->heard || number > stream->highest) stream->highest = number;
  stream->heard = true;
  if (got->flags != 0x80 || (got->payload_type & 0x7f) || got->sequence != htons((uint16_t)number) ||
      got->timestamp != htonl(number * AUDIO) || memcmp(got->rest, packet.rest, sizeof got->rest))
    here->altered++;
  if (number < first_measured) return;
  int64_t delay = arrived - got->sent;
  delays[phase(delay)]++;
  if (delay > longest_delay) longest_delay = delay;
}

// Reads all that waits at one socket.
static void read_socket(int fd) {
  struct packet got;
  union {
    char room[CMSG_SPACE(sizeof(struct timespec))];
    struct cmsghdr align;
  } control;
  for (;;) {
    struct iovec into = {&got, sizeof got};
    struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t size = recvmsg(fd, &message, MSG_TRUNC);
    if (size < 0) {
      // ICMP: nobody listens there. The packet it answers counts as lost.
      if (errno == ECONNREFUSED) continue;
      return;
    }
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    if (!first || first->cmsg_type != SCM_TIMESTAMPNS) fail("a packet without its time of arrival");
    struct timespec time;
    memcpy(&time, CMSG_DATA(first), sizeof time);
    count(&got, (size_t)size, time.tv_sec * SECOND + time.tv_nsec);
  }
}

static void read_all(int epoll) {
  struct epoll_event events[EVENTS];
  int n;
  do {
    n = epoll_wait(epoll, events, EVENTS, 0);
    for (int i = 0; i < n; i++) read_socket(events[i].data.fd);
  } while (n == EVENTS);
}

static void say(const char *word) {
  puts(word);
  fflush(stdout);
}

static void sleep_until(int64_t time) {
  struct timespec wanted = {time / SECOND, time % SECOND};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wanted, NULL);
}

// Sends everything in its time: packet g of all is due at start + g * ptime / streams.
static void run(int epoll, int64_t ptime, int64_t tick) {
  int64_t all = (int64_t)per_stream * stream_count, begin = (int64_t)first_measured * stream_count;
  int64_t start = now(CLOCK_MONOTONIC), awake = start;
  for (int64_t g = 0; g < all;) {
    int64_t due = start + g * ptime / stream_count;
    sleep_until(due > awake + tick ? due : awake + tick);
    awake = now(CLOCK_MONOTONIC);
    for (; g < all && (due = start + g * ptime / stream_count) <= awake; g++) {
      if (g == begin) {
        window = true;
        say("start");
      }
      if (window && awake - due > longest_late) longest_late = awake - due;
      send_packet((uint32_t)(g % stream_count), (uint32_t)(g / stream_count));
    }
    read_all(epoll);
  }
  window = false;
  say("stop");
  for (int i = 0; i < DRAIN_MS; i++) {
    sleep_until(now(CLOCK_MONOTONIC) + SECOND / 1000);
    read_all(epoll);
  }
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void report(double cpu) {
  int silent = 0;
  for (uint32_t i = 0; i < stream_count; i++) silent += !streams[i].heard;
  struct counts *all = &counts[1];
  printf("{\"sent\": %ld, \"received\": %ld, \"lost\": %ld, \"duplicated\": %ld, \"reordered\": %ld, \"altered\": %ld, ", all->sent,
         all->received, all->sent - all->received, all->duplicated, all->reordered, all->altered);
  printf("\"refused\": %ld, \"stray\": %ld, \"silent_directions\": %d, \"settle_lost\": %ld, \"in_window\": %ld, ",
         counts[0].refused + all->refused, stray, silent, counts[0].sent - counts[0].received, in_window);
  printf("\"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"max_us\": %.1f, \"tool_late_us\": %.1f, \"tool_cpu_s\": %.3f}\n",
         percentile(.5), percentile(.99), percentile(.999), (double)longest_delay / 1000, (double)longest_late / 1000, cpu);
}

int main(int argc, char **argv) {
  if (argc != 6 && argc != 8) fail("rtpload CALLS SETTLE SECONDS PTIME_US TICK_US [CALLER_NETNS CALLEE_NETNS]");
  int calls_count, epoll = epoll_create1(EPOLL_CLOEXEC);
  struct call *calls = read_calls(argv[1], &calls_count);
  int64_t ptime = atol(argv[4]) * 1000, tick = atol(argv[5]) * 1000;
  if (ptime <= 0 || tick <= 0) fail("PTIME_US and TICK_US are above 0");
  first_measured = (uint32_t)(atof(argv[2]) * 1e9 / (double)ptime);
  per_stream = first_measured + (uint32_t)(atof(argv[3]) * 1e9 / (double)ptime);
  stream_count = (uint32_t)calls_count * 2;
  if (!(streams = calloc(stream_count, sizeof *streams))) fail("no memory");
  // Silence, as G.711 writes it.
  memset(packet.rest, 0xd5, sizeof packet.rest);
  for (int side = 0; side < 2; side++) {
    if (argc == 8) enter(argv[6 + side]);
    open_side(calls, calls_count, side, epoll);
  }
  prctl(PR_SET_TIMERSLACK, 1);
  double cpu = cpu_seconds();
  run(epoll, ptime, tick);
  report(cpu_seconds() - cpu);
}
