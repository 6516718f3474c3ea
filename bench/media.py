# SPDX-License-Identifier: Apache-2.0
"""Relays of media under load: rtpengine, Fairlead, the floor; the ng protocol that the first two speak; the load tool.

The ng protocol is rtpengine's own: a cookie, a blank and a bencoded dictionary, over UDP.
"""
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import re
import resource
import socket
import subprocess
import time

import netns
import rig

NG_PORT = 2223
FIRST_PEER_PORT = 10000
CALLEE = '127.0.0.11'


def options(parser):
    """The options of a command that loads relays."""
    parser.add_argument('--systems', help='which take turns, with commas')
    parser.add_argument('--before', metavar='DIR', help='another checkout of Fairlead, built, takes turns too')
    parser.add_argument('--ports', default='20000-59999', help="the relays' ports (default 20000-59999)")
    parser.add_argument('--rtpengine-threads', type=int, metavar='N', help='default: as many as it takes by itself')
    parser.add_argument('--nice', type=int, default=0, metavar='N', help='niceness of relays and tool; below 0, with root, they go '
                        'before what else runs on the machine')


def bencode(value):
    if isinstance(value, dict):
        return b'd' + b''.join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b'e'
    if isinstance(value, (list, tuple)):
        return b'l' + b''.join(map(bencode, value)) + b'e'
    if isinstance(value, int):
        return b'i%de' % value
    raw = value.encode() if isinstance(value, str) else value
    return b'%d:%s' % (len(raw), raw)


def bdecode(raw):
    return decoded(raw, 0)[0]


def decoded(raw, at):
    """The value that begins there, and where it ends; strings are text."""
    kind = raw[at:at + 1]
    if kind == b'i':
        end = raw.index(b'e', at)
        return int(raw[at + 1:end]), end + 1
    if kind in (b'd', b'l'):
        values, at = [], at + 1
        while raw[at:at + 1] != b'e':
            value, at = decoded(raw, at)
            values.append(value)
        return (dict(zip(values[::2], values[1::2])) if kind == b'd' else values), at + 1
    colon = raw.index(b':', at)
    end = colon + 1 + int(raw[at:colon])
    return raw[colon + 1:end].decode(errors='replace'), end


class Ng:
    """Asks one relay, over a socket of its own; a question is repeated as Kamailio's module does it."""
    cookies = itertools.count(1)

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((address, NG_PORT))

    def ask(self, command, tries=5, wait=1, **keys):
        """The answer as a dictionary, or None when there is none."""
        cookie = b'%d-%d ' % (os.getpid(), next(self.cookies))
        question = cookie + bencode({'command': command, **{key.replace('_', '-'): value for key, value in keys.items()}})
        for _ in range(tries):
            try:
                self.socket.send(question)
                until = time.monotonic() + wait
                while (left := until - time.monotonic()) > 0:
                    self.socket.settimeout(left)
                    answer = self.socket.recv(65535)
                    if answer.startswith(cookie):
                        return bdecode(answer[len(cookie):])
            except socket.timeout:
                continue
            except ConnectionRefusedError:
                time.sleep(wait / 10)
        return None

    def described(self, command, **keys):
        """Address and port in the description that comes back."""
        answer = self.ask(command, replace=['origin', 'session-connection'], ICE='remove', **keys) or {'result': 'nothing'}
        sdp = answer.get('sdp', '')
        host, port = re.search(r'^c=IN IP4 (\S+)', sdp, re.M), re.search(r'^m=audio (\d+) ', sdp, re.M)
        if answer['result'] != 'ok' or not host or not port:
            raise Refused(f'{command}: {answer.get("error-reason", answer)}')
        return host[1], int(port[1])


class Refused(Exception):
    """The relay did not do what was asked."""


def description(address, port):
    return (f'v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n'
            'a=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n')


class Place:
    """Where one relay and its peers are: on loopback, or in a street of namespaces."""

    def __init__(self, relay, caller, callee, street=None):
        self.relay, self.ends, self.street = relay, (caller, callee), street

    def inside(self):
        return self.street.relay.inside() if self.street else contextlib.nullcontext()

    def namespaces(self):
        """For the load tool: where callers and callees are."""
        return [end.path for end in self.street.ends] if self.street else []

    def peers(self, call):
        """Address and port of caller and callee."""
        return [(end, FIRST_PEER_PORT + 2 * call) for end in self.ends]


class Relay:
    """Something between caller and callee; subclasses say what. Each has its own place, and the name that was asked for."""

    # Niceness of it, and of the tool that loads it.
    nice = 0

    def __init__(self, name, place):
        self.name, self.place = name, place

    @contextlib.contextmanager
    def running(self, directory):
        self.directory = directory
        yield self

    def pids(self):
        return []

    def set_up(self, count):
        """Anchors so many calls; for each, where the caller and where the callee sends to."""
        raise NotImplementedError

    def tear_down(self):
        """Ends all calls."""

    def calls_file(self, targets):
        """The list for the load tool and the floor."""
        path = pathlib.Path(self.directory, f'calls-{self.name}')
        with open(path, 'w') as out:
            for call, targets_of in enumerate(targets):
                (caller, callee), (to, back) = self.place.peers(call), targets_of
                print(*(f'{host}:{port}' for host, port in (caller, to, back, callee)), file=out)
        return path


class Routing(Relay):
    """No relay at all: caller and callee send to each other."""

    def set_up(self, count):
        return [tuple(reversed(self.place.peers(call))) for call in range(count)]


class Floor(Relay):
    """rtpfloor.c: what receiving and sending cost, and nothing else."""
    process = None

    def pids(self):
        return [self.process.pid]

    def set_up(self, count):
        targets = [tuple((self.place.relay, 20000 + 4 * call + 2 * side) for side in (0, 1)) for call in range(count)]
        with self.place.inside():
            self.process = subprocess.Popen([compiled('rtpfloor'), self.calls_file(targets)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, text=True, start_new_session=True)
        prefer(self.process.pid, self.nice)
        if self.process.stdout.readline() != 'ready\n':
            rig.fail('rtpfloor did not start')
        return targets

    def tear_down(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


class NgRelay(Relay):
    """One that is asked by ng; `system` is its process."""

    def __init__(self, name, place, system):
        super().__init__(name, place)
        self.system, self.up, self.ids = system, [], itertools.count(1)

    @contextlib.contextmanager
    def running(self, directory):
        self.directory = directory
        # Started inside, it stays there; the rest of the command is outside again.
        with contextlib.ExitStack() as stack:
            with self.place.inside():
                stack.enter_context(self.system.running(directory))
                self.ng = Ng(self.place.relay)
            prefer(self.system.process.pid, self.nice)
            yield self

    def pids(self):
        return rig.process_tree(self.system.process.pid)

    def set_up(self, count):
        return [self.anchor(call) for call in range(count)]

    def anchor(self, call):
        """Offer and answer for one call more; where its caller and where its callee sends to."""
        key = {'call_id': f'{self.name}-{os.getpid()}-{next(self.ids)}@bench', 'from_tag': 'a'}
        caller, callee = self.place.peers(call)
        # From where the message came, as Kamailio's module says it always.
        back = self.ng.described('offer', **key, sdp=description(*caller), received_from=['IP4', caller[0]])
        self.up.append(key)
        return self.ng.described('answer', **key, to_tag='b', sdp=description(*callee), received_from=['IP4', callee[0]]), back

    def release(self):
        """Ends the call that has been up longest."""
        answer = self.ng.ask('delete', **self.up.pop(0))
        if not answer or answer.get('result') != 'ok':
            raise Refused(f'delete: {answer}')

    def tear_down(self):
        while self.up:
            self.release()


class NgSystem:
    """What makes a system of the rig one that is ready when it answers ng's ping."""

    def await_ready(self):
        ng = Ng(self.network.target)
        while time.monotonic() - self.started < 90:
            if self.process.poll() is not None:
                rig.fail(f'{self.name} ended at once with {self.process.returncode}:\n{rig.tail(self.log)}')
            if (ng.ask('ping', tries=1, wait=.3) or {}).get('result') == 'pong':
                return time.monotonic() - self.started
        rig.fail(f'{self.name} never answered ping on {self.network.target}:{NG_PORT}:\n{rig.tail(self.log)}')


class Rtpengine(NgSystem, rig.System):
    """Debian's, in user space. It forgets a deleted call at once, not after 30 s."""
    name = 'rtpengine'

    def command(self, directory):
        low, high = self.options.ports.split('-')
        threads = self.options.rtpengine_threads
        return [rig.require('rtpengine'), '--config-file=none', '--table=-1', '--foreground', '--log-stderr', '--log-level=5',
                f'--interface={self.network.target}', f'--listen-ng={self.network.target}:{NG_PORT}', f'--port-min={low}',
                f'--port-max={high}', '--delete-delay=0', *([f'--num-threads={threads}'] if threads else [])]


class Fairlead(NgSystem, rig.Fairlead):
    """A relay node, without pools and routes."""

    def __init__(self, options, kernel='off', root=None):
        super().__init__(options, root=root)
        self.kernel = kernel
        self.name += '-kernel' if kernel == 'on' else ''

    def config(self):
        target = self.network.target
        return (f"listeners: [ 'udp://{target}:5060' ]\nmedia:\n  relay: {{ ports: {self.options.ports}, address: {target}, "
                f'kernel: {self.kernel} }}\n  ng: {{ listen: udp:{target}:{NG_PORT}, allow: [127.0.0.0/8, {target}] }}\n')


@contextlib.contextmanager
def relays(options, names, directory, streets):
    """All of these running, each in a place of its own, by name in the order given."""
    allow_files()
    with contextlib.ExitStack() as stack:
        found = {}
        for number, name in enumerate(names):
            if streets:
                street = stack.enter_context(netns.Street())
                place = Place(street.relay_address, *street.addresses, street)
            else:
                place = Place(next_address(options.target, number), options.caller, CALLEE)
            relay = made(options, name, place)
            relay.nice = options.nice
            stack.callback(relay.tear_down)
            found[name] = stack.enter_context(relay.running(directory))
        yield found


def next_address(address, steps):
    head, last = address.rsplit('.', 1)
    return f'{head}.{int(last) + steps}' if int(last) + steps < 10 else f'{head}.{int(last) + 200 + steps}'


def made(options, name, place):
    own = argparse.Namespace(**{**vars(options), 'target': place.relay})
    systems = {'rtpengine': lambda: Rtpengine(own), 'fairlead': lambda: Fairlead(own),
               'fairlead-kernel': lambda: Fairlead(own, kernel='on'), 'before': lambda: Fairlead(own, root=options.before)}
    if name in systems:
        return NgRelay(name, place, systems[name]())
    if name not in ('floor', 'routing'):
        rig.fail(f'no such system: {name}; there are floor, routing, {", ".join(systems)}')
    return {'floor': Floor, 'routing': Routing}[name](name, place)


def allow_files():
    """Each call takes several sockets: as many as are allowed, also to what is started."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def prefer(leader, nice):
    """Makes a whole session nicer or less nice than others: alone, niceness counts within a session only, where the kernel
    groups processes by session (sched_autogroup)."""
    if nice:
        with contextlib.suppress(OSError):
            pathlib.Path(f'/proc/{leader}/autogroup').write_text(str(nice))
        for pid in rig.process_tree(leader):
            for task in os.listdir(f'/proc/{pid}/task'):
                os.setpriority(os.PRIO_PROCESS, int(task), nice)


def compiled(name):
    """The C program of that name, made anew when its source has changed."""
    sources = [rig.HERE / f'{name}.c', rig.HERE / 'rtp.h']
    program = rig.ROOT / 'target' / 'bench' / name
    if not program.exists() or program.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        program.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([rig.require('gcc'), '-O2', '-Wall', '-Wextra', '-std=gnu17', '-o', program, sources[0]], check=True)
    return program


def cpu_ns(pids):
    """Time on a processor of all threads, by the scheduler's own count: ticks would miss short bursts."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for task in os.listdir(f'/proc/{pid}/task'):
                with contextlib.suppress(OSError):
                    total += int(pathlib.Path(f'/proc/{pid}/task/{task}/schedstat').read_text().split()[0])
    return total


def kernel_threads():
    """The kernel's threads that take up packets nobody had time for."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        with contextlib.suppress(OSError):
            if pathlib.Path(f'/proc/{pid}/comm').read_text().startswith('ksoftirqd/'):
                found.append(pid)
    return found


def busy_ns():
    """Time that the machine's processors were not idle, plus a constant."""
    fields = [int(field) for field in pathlib.Path('/proc/stat').read_text().split('\n', 1)[0].split()[1:]]
    # Idle time is kept by the clock, not by ticks, where ticks stop in idle; waiting for disks is idle, and so is what
    # another machine took.
    idle = fields[3] + fields[4] + fields[7]
    return int(time.monotonic() * 1e9) * os.cpu_count() - idle * 10 ** 9 // rig.TICKS


def load(relay, targets, settle, seconds, ptime_ms=20, tick_us=200):
    """Media in all these calls; what the tool says, and the CPU of relay, tool and machine in the measured seconds."""
    command = [compiled('rtpload'), relay.calls_file(targets), settle, seconds, round(ptime_ms * 1000), tick_us,
               *relay.place.namespaces()]
    tool = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                            start_new_session=True)
    prefer(tool.pid, relay.nice)
    kernel, readings = kernel_threads(), []
    try:
        for wanted in ('start', 'stop'):
            if tool.stdout.readline().strip() != wanted:
                rig.fail('rtpload ended early')
            readings.append([time.monotonic_ns(), cpu_ns(relay.pids()), cpu_ns([tool.pid]), cpu_ns(kernel), busy_ns()])
        result = json.loads(tool.stdout.readline())
    finally:
        if tool.poll() is None:
            tool.kill()
        tool.communicate()
    wall, own, tools, kernels, busy = (after - before for before, after in zip(*readings))
    packets = max(result['in_window'], 1)
    return {'system': relay.name, 'calls': len(targets), **result, 'us_per_packet': round(own / packets / 1000, 2),
            'tool_us_per_packet': round(tools / packets / 1000, 2), 'kernel_us_per_packet': round(kernels / packets / 1000, 3),
            'machine_us_per_packet': round(busy / packets / 1000, 2),
            'others_cores': round(max(busy - own - tools - kernels, 0) / wall, 2), 'wall_s': round(wall / 1e9, 2)}


def versions():
    """One line on the relays."""
    return f'rtpengine {rig.first(["rtpengine", "--version"], r"Version: (.*)")}, gcc {rig.first(["gcc", "--version"], r" ([0-9.]+)")}'
