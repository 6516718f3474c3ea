#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many SIP clients over TCP, TLS or WebSocket in one process: they connect, register, call and answer, at little CPU.

Each has a connection of its own. Once all are up it says so and obeys its standard input, a line at a time:

  calls RATE COUNT HOLD_MS    makes calls, each from the next client, and says what came of them
  status                      says how many are connected and what was seen so far
  quit, or the end of input   closes all connections

What it says is JSON, an object per line. Each client answers calls, OPTIONS and pings at any time.
"""
import argparse
import base64
import collections
import json
import os
import re
import select
import socket
import ssl
import struct
import sys
import time
import uuid

SDP = (b'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 101\r\n'
       b'a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n')
MASK = b'\x37\xfa\x21\x3d'
NUMBER = re.compile(rb'\r\n(?:Call-ID|i) *: *c(\d+)-', re.IGNORECASE)
CSEQ = re.compile(rb'\r\nCSeq *: *\d+ +(\w+)', re.IGNORECASE)
LENGTH = re.compile(rb'\r\n(?:Content-Length|l) *: *(\d+)', re.IGNORECASE)
ROUTES = re.compile(rb'\r\nRecord-Route *: *([^\r]*)', re.IGNORECASE)
CONTACT = re.compile(rb'\r\n(?:Contact|m) *: *(?:[^<\r]*<([^>]*)>|([^;\r]*))', re.IGNORECASE)
TO = re.compile(rb'\r\n((?:To|t) *:[^\r]*)', re.IGNORECASE)
CALL_ID = re.compile(rb'\r\n(?:Call-ID|i) *: *([^\r]*)', re.IGNORECASE)
COPIED = re.compile(rb'\r\n((?:Via|v|From|f|Call-ID|i|CSeq|Record-Route) *:[^\r]*)', re.IGNORECASE)


def main():
    options = arguments()
    world = World(options)
    world.connect_all()
    world.say(ready=True)
    world.obey()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--transport', choices=('tcp', 'tls', 'ws', 'wss'), required=True)
    parser.add_argument('--target', required=True, help='address:port')
    parser.add_argument('--sources', default='127.0.0.1', help='addresses to connect from, in turn')
    parser.add_argument('--count', type=int, default=1, help='how many clients')
    parser.add_argument('--first', type=int, default=0, help='number of the first client')
    parser.add_argument('--rate', type=int, default=1000, help='new connections per second at most')
    parser.add_argument('--domain', default='', help='register there as u0000000, u0000001 ...; without it: none do')
    parser.add_argument('--expires', type=int, default=3600)
    parser.add_argument('--path', default='/', help='of the WebSocket')
    return parser.parse_args()


class Peer:
    """One client: a connection, what has arrived of a message, and its name."""
    __slots__ = ('name', 'socket', 'waiting', 'fragments', 'registered')

    def __init__(self, name, connection):
        self.name, self.socket, self.waiting, self.fragments, self.registered = name, connection, b'', b'', False


class Call:
    """A call we made."""
    __slots__ = ('peer', 'began', 'ack', 'bye')

    def __init__(self, peer, began):
        self.peer, self.began, self.ack, self.bye = peer, began, None, None


class World:
    def __init__(self, options):
        self.options = options
        host, port = options.target.rsplit(':', 1)
        self.target, self.via = (host, int(port)), options.transport.upper().encode()
        self.framed = options.transport in ('ws', 'wss')
        self.context = None
        if options.transport in ('tls', 'wss'):
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.poll, self.peers, self.order = select.epoll(), {}, []
        self.calls, self.hanging_up, self.times = {}, collections.deque(), []
        self.made, self.ok, self.error = 0, 0, ''
        self.unconfirmed, self.repeats = {}, collections.deque()
        self.cut = self.pings = self.answered = self.options_seen = 0

    def say(self, **values):
        print(json.dumps({**values, **self.state()}), flush=True)

    def state(self):
        return {'open': len(self.peers), 'registered': sum(each.registered for each in self.peers.values()),
                'cut': self.cut, 'pings': self.pings, 'answered': self.answered, 'options': self.options_seen,
                'error': self.error}

    # Connecting: one after the other, while those that are up already are served.

    def connect_all(self):
        sources, began = self.options.sources.split(','), time.monotonic()
        for i in range(self.options.count):
            number = self.options.first + i
            peer = Peer(f'u{number:07}'.encode(), self.connect(sources[i % len(sources)]))
            self.peers[peer.socket.fileno()] = peer
            self.order.append(peer)
            self.poll.register(peer.socket, select.EPOLLIN)
            if self.options.domain:
                self.send(peer, self.register(peer, number))
            self.serve(max(0, began + i / self.options.rate - time.monotonic()))
        until = time.monotonic() + 20
        while self.options.domain and self.state()['registered'] < self.options.count and time.monotonic() < until:
            self.serve(.1)

    def connect(self, source):
        connection = socket.socket()
        # A port is then taken for the pair of addresses, not for the source alone.
        connection.setsockopt(socket.IPPROTO_IP, 24, 1)
        connection.bind((source, 0))
        connection.settimeout(20)
        connection.connect(self.target)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.context:
            connection = self.context.wrap_socket(connection)
        if self.framed:
            self.upgrade(connection)
        connection.setblocking(False)
        return connection

    def upgrade(self, connection):
        host = '%s:%d' % self.target
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall((f'GET {self.options.path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n'
                            f'Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nOrigin: https://phone.bench.example\r\n'
                            'Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n').encode())
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            more = connection.recv(4096)
            if not more:
                break
            answer += more
        if not answer.startswith(b'HTTP/1.1 101'):
            raise SystemExit(f'no WebSocket: {answer[:200]!r}')

    def register(self, peer, number):
        domain, instance = self.options.domain.encode(), str(uuid.UUID(int=number + 2**100)).encode()
        return (b'REGISTER sip:%b SIP/2.0\r\nVia: SIP/2.0/%b %b.invalid;branch=z9hG4bKr%b;rport\r\n'
                b'From: <sip:%b@%b>;tag=r%b\r\nTo: <sip:%b@%b>\r\nCall-ID: r%d-%d\r\nCSeq: 1 REGISTER\r\n'
                b'Max-Forwards: 70\r\nUser-Agent: browser/1.0\r\nSupported: path, outbound\r\n'
                b'Contact: <%b>;reg-id=1;+sip.instance="<urn:uuid:%b>"\r\nExpires: %d\r\nContent-Length: 0\r\n\r\n'
                % (domain, self.via, peer.name, peer.name, peer.name, domain, peer.name, peer.name, domain, number,
                   os.getpid(), self.contact(peer), instance, self.options.expires))

    def contact(self, peer):
        return b'sip:%b@%b.invalid;transport=%b' % (peer.name, peer.name, b'ws' if self.framed else self.via.lower())

    # Bytes to messages and back.

    def send(self, peer, message):
        if self.framed:
            message = frame(0x82, message)
        try:
            peer.socket.sendall(message)
        except OSError as error:
            self.lost(peer, f'write: {error}')

    def serve(self, seconds):
        while self.repeats and self.repeats[0][0] <= time.monotonic():
            self.repeat(*self.repeats.popleft()[1:])
        for descriptor, _ in self.poll.poll(seconds):
            peer = self.peers.get(descriptor)
            if peer:
                self.read(peer)

    def read(self, peer):
        try:
            more = peer.socket.recv(65536)
            while self.context and peer.socket.pending():
                more += peer.socket.recv(65536)
        except (ssl.SSLWantReadError, BlockingIOError):
            return
        except OSError as error:
            self.lost(peer, f'read: {error}')
            return
        if not more:
            self.lost(peer, 'closed by the other side')
            return
        peer.waiting += more
        while peer.waiting and (self.take_frame(peer) if self.framed else self.take_message(peer)):
            pass

    def take_message(self, peer):
        waiting = peer.waiting.lstrip(b'\r\n')
        end = waiting.find(b'\r\n\r\n') + 4
        if end < 4:
            peer.waiting = waiting
            return False
        length = LENGTH.search(waiting, 0, end)
        end += int(length[1]) if length else 0
        if len(waiting) < end:
            return False
        peer.waiting = waiting[end:]
        self.received(peer, waiting[:end])
        return True

    def take_frame(self, peer):
        data = peer.waiting
        if len(data) < 2:
            return False
        length, start = data[1] & 0x7f, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(data) < start:
                return False
            length = int.from_bytes(data[2:start], 'big')
        if len(data) < start + length:
            return False
        peer.waiting, payload, opcode = data[start + length:], data[start:start + length], data[0] & 0xf
        if opcode == 9:
            self.pings += 1
            peer.socket.sendall(frame(0x8a, payload))
        elif opcode in (0, 1, 2):
            peer.fragments += payload
            if data[0] & 0x80:
                whole, peer.fragments = peer.fragments, b''
                if whole.strip(b'\r\n'):
                    self.received(peer, whole)
        elif opcode == 8:
            self.lost(peer, f'closed with {int.from_bytes(payload[:2], "big")} {payload[2:].decode(errors="replace")}')
            return False
        return True

    def lost(self, peer, why):
        if self.peers.pop(peer.socket.fileno(), None):
            self.cut += 1
            self.error = self.error or f'{peer.name.decode()}: {why}'
            self.poll.unregister(peer.socket)
            peer.socket.close()

    # Messages.

    def repeat(self, peer, call_id, left):
        """A 200 to INVITE is repeated until it is confirmed, over streams too (RFC 3261 §13.3.1.4)."""
        accepted = self.unconfirmed.get(call_id)
        if accepted and left and self.peers.get(peer.socket.fileno()) is peer:
            self.send(peer, accepted)
            self.repeats.append((time.monotonic() + .5, peer, call_id, left - 1))
        else:
            self.unconfirmed.pop(call_id, None)

    def received(self, peer, message):
        if message.startswith(b'SIP/2.0 '):
            self.response(peer, message)
        elif message.startswith(b'INVITE '):
            self.answered += 1
            self.send(peer, answer(b'180 Ringing', peer, message))
            accepted = answer(b'200 OK', peer, message, self.contact(peer), SDP)
            self.send(peer, accepted)
            call_id = CALL_ID.search(message)[1]
            self.unconfirmed[call_id] = accepted
            self.repeats.append((time.monotonic() + .5, peer, call_id, 6))
        elif message.startswith(b'OPTIONS '):
            self.options_seen += 1
            self.send(peer, answer(b'200 OK', peer, message))
        elif message.startswith(b'ACK '):
            self.unconfirmed.pop(CALL_ID.search(message)[1], None)
        else:
            self.send(peer, answer(b'200 OK', peer, message))

    def response(self, peer, message):
        status, method = message[8:11], CSEQ.search(message)
        if status < b'200' or not method:
            return
        if method[1] == b'REGISTER':
            peer.registered = status == b'200'
            if not peer.registered:
                self.error = self.error or f'REGISTER: {message[:60]!r}'
            return
        number = NUMBER.search(message)
        call = self.calls.get(int(number[1])) if number else None
        if call is None:
            return
        if status != b'200':
            self.error = self.error or f'{method[1].decode()}: {message[:60]!r}'
            del self.calls[int(number[1])]
        elif method[1] == b'BYE':
            self.ok += 1
            del self.calls[int(number[1])]
        elif call.ack is None:
            self.accepted(call, int(number[1]), message)
        else:
            self.send(peer, call.ack)

    def accepted(self, call, number, message):
        now = time.monotonic()
        self.times.append((now - call.began) * 1000)
        contact, routes = CONTACT.search(message), [each for line in ROUTES.findall(message) for each in line.split(b',')]
        uri = contact[1] or contact[2]
        route = b''.join(b'Route: %b\r\n' % each.strip() for each in reversed(routes))
        both = [b'%b %b SIP/2.0\r\nVia: SIP/2.0/%b %b.invalid;branch=z9hG4bK%d%b;rport\r\n%b%b\r\n%b\r\nCall-ID: c%d-%d\r\n'
                b'CSeq: %d %b\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n'
                % (method, uri, self.via, call.peer.name, number, method, route, self.sender(call.peer, number),
                   TO.search(message)[1], number, os.getpid(), cseq, method) for method, cseq in ((b'ACK', 1), (b'BYE', 2))]
        call.ack, call.bye = both
        self.send(call.peer, call.ack)
        self.hanging_up.append((now + self.hold, call))

    def sender(self, peer, number):
        return b'From: <sip:%b@bench.example>;tag=c%d' % (peer.name, number)

    def invite(self, number):
        peer = self.order[number % len(self.order)]
        self.calls[number] = Call(peer, time.monotonic())
        self.send(peer, b'INVITE sip:1000@%b SIP/2.0\r\nVia: SIP/2.0/%b %b.invalid;branch=z9hG4bK%dINVITE;rport\r\n%b\r\n'
                  b'To: <sip:1000@%b>\r\nCall-ID: c%d-%d\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nUser-Agent: caller\r\n'
                  b'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\nSupported: timer, replaces\r\nContact: <%b>\r\n'
                  b'Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%b'
                  % (self.target[0].encode(), self.via, peer.name, number, self.sender(peer, number),
                     self.target[0].encode(), number, os.getpid(), self.contact(peer), len(SDP), SDP))

    # What it is told.

    def obey(self):
        self.poll.register(sys.stdin, select.EPOLLIN)
        while True:
            # The standard input is no peer, so serving leaves it be.
            self.serve(1)
            if select.select([sys.stdin], [], [], 0)[0]:
                words = sys.stdin.readline().split()
                if not words or words[0] == 'quit':
                    return
                if words[0] == 'calls':
                    self.make_calls(int(words[1]), int(words[2]), int(words[3]))
                else:
                    self.say()

    def make_calls(self, rate, count, hold_ms):
        self.hold, self.calls, self.times, self.ok = hold_ms / 1000, {}, [], 0
        began, first = time.monotonic(), self.made
        deadline = began + count / rate + self.hold + 30
        while time.monotonic() < deadline and (self.made - first < count or self.calls):
            now = time.monotonic()
            while self.made - first < min(count, (now - began) * rate):
                self.invite(self.made)
                self.made += 1
            while self.hanging_up and self.hanging_up[0][0] <= now:
                call = self.hanging_up.popleft()[1]
                self.send(call.peer, call.bye)
            self.serve(.001)
        times = sorted(self.times)
        self.say(ok=self.ok, failed=count - self.ok, seconds=round(time.monotonic() - began, 3),
                 mean_ms=round(sum(times) / len(times), 2) if times else None,
                 p99_ms=round(times[int(len(times) * .99)], 2) if times else None)


def frame(first, payload):
    """A client's frame, masked (RFC 6455 §5.3)."""
    length = len(payload)
    if length < 126:
        head = struct.pack('!BB', first, 0x80 | length)
    elif length < 65536:
        head = struct.pack('!BBH', first, 0xfe, length)
    else:
        head = struct.pack('!BBQ', first, 0xff, length)
    pad = (MASK * (length // 4 + 1))[:length]
    return head + MASK + (int.from_bytes(payload, 'big') ^ int.from_bytes(pad, 'big')).to_bytes(length, 'big')


def answer(status, peer, request, contact=b'', body=b''):
    lines = [b'SIP/2.0 ' + status, *COPIED.findall(request)]
    to = TO.search(request)[1]
    lines.append(to if b';tag=' in to else to + b';tag=' + peer.name)
    if contact:
        lines.append(b'Contact: <%b>' % contact)
    if body:
        lines.append(b'Content-Type: application/sdp')
    lines.append(b'Content-Length: %d' % len(body))
    return b'\r\n'.join(lines) + b'\r\n\r\n' + body


if __name__ == '__main__':
    main()
