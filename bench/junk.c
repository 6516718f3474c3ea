// SPDX-License-Identifier: Apache-2.0
// Sends datagrams to a SIP port under many source addresses, so many a second, by a raw socket (ip(7), IP_HDRINCL).
// junk TARGET FIRST_SOURCE SOURCES RATE SECONDS KIND   KIND: rubbish, options, register, invite, mixed
// On standard output: how many were sent, and how long that took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, SIZE = 700, KINDS = 4 };

static char packets[BATCH][SIZE];
static uint64_t drawn = 88172645463325252ull;

static uint64_t draw(void) {
  drawn ^= drawn << 13;
  drawn ^= drawn >> 7;
  return drawn ^= drawn << 17;
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int sip(char *to, const char *method, const char *agent, const char *source, const char *target) {
  unsigned n = (unsigned)draw();
  return snprintf(to, SIZE - 28,
                  "%s sip:%u@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:5060;branch=z9hG4bK%x;rport\r\nMax-Forwards: 70\r\n"
                  "From: <sip:%u@%s>;tag=%x\r\nTo: <sip:%u@%s>\r\nCall-ID: %x%x\r\nCSeq: 1 %s\r\n"
                  "Contact: <sip:%u@%s:5060>\r\nUser-Agent: %s\r\nContent-Length: 0\r\n\r\n",
                  method, n % 10000, target, source, n, n % 10000, target, n, n % 10000, target, n, (unsigned)draw(),
                  method, n % 10000, source, agent);
}

static int body(char *to, int kind, const char *source, const char *target) {
  switch (kind) {
    case 1: return sip(to, "OPTIONS", "friendly-scanner", source, target);
    // Nothing but its number tells it from a phone.
    case 2: return sip(to, "REGISTER", "Yealink SIP-T46S 66.86.0.15", source, target);
    case 3: return sip(to, "INVITE", "friendly-scanner", source, target);
    default: {
      int length = 40 + (int)(draw() % 360);
      for (int i = 0; i < length; i++) {
        to[i] = (char)(' ' + draw() % 95);
      }
      return length;
    }
  }
}

static int fill(char *packet, uint32_t source, uint32_t target, int kind) {
  struct iphdr *ip = (struct iphdr *)packet;
  struct udphdr *udp = (struct udphdr *)(ip + 1);
  char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &source, from, sizeof from);
  inet_ntop(AF_INET, &target, to, sizeof to);
  int length = body((char *)(udp + 1), kind, from, to);
  memset(packet, 0, sizeof *ip + sizeof *udp);
  ip->version = 4;
  ip->ihl = 5;
  ip->ttl = 64;
  ip->protocol = IPPROTO_UDP;
  ip->saddr = source;
  ip->daddr = target;
  ip->tot_len = htons((uint16_t)(sizeof *ip + sizeof *udp + length));
  udp->source = htons(5060);
  udp->dest = htons(5060);
  udp->len = htons((uint16_t)(sizeof *udp + length));
  return (int)(sizeof *ip + sizeof *udp) + length;
}

int main(int count, char **given) {
  if (count != 7) {
    fprintf(stderr, "junk TARGET FIRST_SOURCE SOURCES RATE SECONDS KIND\n");
    return 2;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(5060)};
  uint32_t first;
  if (inet_pton(AF_INET, given[1], &to.sin_addr) != 1 || inet_pton(AF_INET, given[2], &first) != 1) {
    return 2;
  }
  uint32_t sources = (uint32_t)atoi(given[3]);
  int64_t rate = atoll(given[4]), seconds = atoll(given[5]);
  const char *names[KINDS] = {"rubbish", "options", "register", "invite"};
  int kind = -1;
  for (int i = 0; i < KINDS; i++) {
    kind = strcmp(given[6], names[i]) == 0 ? i : kind;
  }
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) {
    perror("raw socket");
    return 1;
  }
  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH];
  memset(messages, 0, sizeof messages);
  int64_t start = now_ns(), sent = 0, skipped = 0;
  while (now_ns() - start < seconds * 1000000000ll) {
    int64_t due = (now_ns() - start) * rate / 1000000000ll - sent - skipped;
    if (due < BATCH) {
      usleep(200);
      continue;
    }
    for (int i = 0; i < BATCH; i++) {
      uint32_t source = htonl(ntohl(first) + (uint32_t)(draw() % sources));
      int length = fill(packets[i], source, to.sin_addr.s_addr, kind < 0 ? (int)(draw() % KINDS) : kind);
      parts[i] = (struct iovec){packets[i], (size_t)length};
      messages[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int done = sendmmsg(fd, messages, BATCH, 0);
    sent += done > 0 ? done : 0;
    // What the machine could not send in time is not made up for.
    if (due > rate / 10) {
      skipped += due - BATCH;
    }
  }
  printf("{\"sent\": %lld, \"seconds\": %.3f}\n", (long long)sent, (double)(now_ns() - start) / 1e9);
  return 0;
}
