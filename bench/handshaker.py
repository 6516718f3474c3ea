#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes TLS handshakes, one after the other (full), or begins many that it never goes on with (half).

full: connects, shakes hands by TLS 1.3 without resumption, sends two line ends, waits for whatever comes back, closes.
half: sends a ClientHello, so that the other side does its part, and then nothing; holds up to --held connections. At the end
it says what it did as JSON.
"""
import argparse
import collections
import json
import select
import socket
import ssl
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('mode', choices=('full', 'half'))
    parser.add_argument('--target', required=True, help='address:port')
    parser.add_argument('--sources', default='127.0.0.1', help='addresses to connect from, in turn')
    parser.add_argument('--seconds', type=float, default=10)
    parser.add_argument('--rate', type=float, default=1000, help='half: new connections per second at most (default 1000)')
    parser.add_argument('--held', type=int, default=5000, help='half: connections open at once at most (default 5000)')
    options = parser.parse_args()
    host, port = options.target.rsplit(':', 1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode, context.minimum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_3
    run = full if options.mode == 'full' else half
    print(json.dumps(run(options, (host, int(port)), options.sources.split(','), context)), flush=True)


def full(options, target, sources, context):
    done, failed, error, began = 0, 0, '', time.monotonic()
    while time.monotonic() - began < options.seconds:
        try:
            with opened(sources[done % len(sources)]) as plain:
                plain.settimeout(10)
                plain.connect(target)
                with context.wrap_socket(plain, do_handshake_on_connect=True) as secure:
                    secure.sendall(b'\r\n\r\n')
                    if secure.recv(100):
                        done += 1
                        continue
                    error = 'closed after the handshake'
        except OSError as problem:
            error = str(problem)
        failed += 1
    return {'done': done, 'failed': failed, 'error': error, 'seconds': round(time.monotonic() - began, 3)}


def half(options, target, sources, context):
    hello, held, poll = client_hello(context), {}, select.epoll()
    counts, began = collections.Counter(), time.monotonic()
    credit, last = 0.0, began
    while (now := time.monotonic()) - began < options.seconds:
        # What could not be begun while all were held is not made up for later.
        credit, last = min(credit + (now - last) * options.rate, 100), now
        while credit >= 1 and len(held) < options.held:
            credit -= 1
            counts['begun'] += 1
            begin(sources[counts['begun'] % len(sources)], target, hello, held, poll, counts)
        for descriptor, _ in poll.poll(.002):
            hear(held, descriptor, poll, counts)
    return {**counts, 'held': len(held)}


def begin(source, target, hello, held, poll, counts):
    connection = opened(source)
    try:
        connection.settimeout(2)
        connection.connect(target)
        connection.sendall(hello)
    except OSError:
        counts['refused'] += 1
        connection.close()
        return
    held[connection.fileno()] = connection
    poll.register(connection, select.EPOLLIN)


def hear(held, descriptor, poll, counts):
    connection = held[descriptor]
    try:
        data = connection.recv(65536)
    except OSError:
        data = b''
    # 22: a handshake record, as ServerHello is; 21: an alert, which ends it.
    if data[:1] == b'\x16':
        counts['answered'] += 1
    elif not data:
        counts['closed'] += 1
        del held[descriptor]
        poll.unregister(connection)
        connection.close()


def client_hello(context):
    """The same bytes serve for all: who answers cannot know."""
    outgoing = ssl.MemoryBIO()
    half_made = context.wrap_bio(ssl.MemoryBIO(), outgoing)
    try:
        half_made.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise SystemExit('no ClientHello came out')


def opened(source):
    connection = socket.socket()
    # A port is then taken for the pair of addresses, not for the source alone.
    connection.setsockopt(socket.IPPROTO_IP, 24, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.bind((source, 0))
    return connection


if __name__ == '__main__':
    main()
