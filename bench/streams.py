# SPDX-License-Identifier: Apache-2.0
"""What the commands share that load TCP, TLS and WebSocket: the two systems with such listeners, and the clients."""
import contextlib
import json
import os
import pathlib
import resource
import select
import subprocess
import sys
import time

import rig

DOMAIN = 'bench.example'
PORTS = {'tcp': 5060, 'tls': 5061, 'ws': 5080, 'wss': 5443}
SOURCES = ','.join(f'127.0.0.{i}' for i in range(11, 19))


def certificate(directory, target):
    """A self-signed one, ECDSA P-256, as (file, key file)."""
    files = f'{directory}/cert.pem', f'{directory}/key.pem'
    if not os.path.exists(files[0]):
        subprocess.run([rig.require('openssl'), 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                        '-nodes', '-days', '30', '-subj', f'/CN={DOMAIN}', '-addext',
                        f'subjectAltName=DNS:{DOMAIN},IP:{target}', '-out', files[0], '-keyout', files[1]],
                       stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return files


class Kamailio(rig.Kamailio):
    """Listens for one more transport; clients that come by TLS or WebSocket may register."""

    def __init__(self, options, files, transport, toward=''):
        super().__init__(options)
        self.files, self.transport, self.toward = files, transport, toward
        self.tcp_children = options.kamailio_tcp_workers

    def values(self, directory):
        cert, key = self.files
        (directory / 'tls.cfg').write_text(f'[server:default]\nmethod = TLSv1.2+\nverify_certificate = no\n'
                                           f'require_certificate = no\ncertificate = {cert}\nprivate_key = {key}\n')
        return super().values(directory)

    def defines(self):
        more = {'tcp': ['WITH_TCP'], 'tls': ['WITH_TLS'], 'wss': ['WITH_TLS', 'WITH_WS'], 'ws': ['WITH_TCP', 'WITH_WS']}
        return [*super().defines(), *more[self.transport], 'WITH_REGISTRAR']

    def port(self):
        """It tells WebSocket from SIP by what comes first."""
        return {'tcp': 5060, 'ws': 5060, 'tls': 5061, 'wss': 5061}[self.transport]


class Fairlead(rig.Fairlead):
    """Listens for one more transport; with register, clients may register. What is in listener goes to its settings."""

    def __init__(self, options, files, transport, toward='', register=True, listener='', prefix=(), **more):
        super().__init__(options, **more)
        self.files, self.transport, self.toward, self.register = files, transport, toward, register
        self.listener, self.prefix = listener, prefix

    def command(self, directory):
        return [*self.prefix, *super().command(directory)]

    def more_listeners(self):
        settings = [f'bind: {self.transport}://{self.network.target}:{self.port()}', 'max-connections: 60000',
                    'max-connections-per-source: 60000']
        if self.transport in ('tls', 'wss'):
            settings.append(f'tls: {{ certificates: [ {{ cert: {self.files[0]}, key: {self.files[1]} }} ] }}')
        if self.listener:
            settings.append(self.listener)
        return [f'  - {{ {", ".join(settings)} }}']

    def more_routes(self):
        if not self.register:
            return []
        return ['  - { match: { method: REGISTER }, registrar: phones }',
                '  - { match: { location: phones }, to-location: phones }']

    def more(self):
        if not self.register:
            return []
        return ['registrars:', '  phones:', f'    domains: [ {DOMAIN} ]', '    users: off']

    def port(self):
        return PORTS[self.transport]


class Peers:
    """A process of peers.py. Its words are JSON objects."""

    def __init__(self, system, directory, count, sources=SOURCES, register=True, **more):
        self.errors = pathlib.Path(directory, f'peers-{time.monotonic_ns()}')
        options = {'transport': system.transport, 'target': f'{system.network.target}:{system.port()}', 'count': count,
                   'sources': sources, 'domain': DOMAIN if register else '', **more}
        self.count, self.patience = count, 60 + count // 50
        self.command = [sys.executable, str(rig.HERE / 'peers.py'), *(f'--{name}={value}' for name, value in options.items())]

    @contextlib.contextmanager
    def running(self, wait=True):
        """Started and, unless told not to wait, all connected."""
        with open(self.errors, 'w') as errors:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True, bufsize=1)
        try:
            if wait:
                self.await_ready()
            yield self
        finally:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def await_ready(self):
        state = self.hear(self.patience)
        if state['open'] < self.count or state['registered'] not in (0, self.count):
            rig.fail(f'of {self.count} clients only these came: {state}')
        return state

    def ask(self, words, seconds=60):
        self.process.stdin.write(words + '\n')
        return self.hear(seconds)

    def hear(self, seconds):
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            rig.fail(f'the clients said nothing for {seconds} s:\n{rig.tail(self.errors)}')
        line = self.process.stdout.readline()
        if not line:
            rig.fail(f'the clients ended:\n{rig.tail(self.errors)}')
        return json.loads(line)

    def cpu_seconds(self):
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / rig.TICKS


def load(system, peers, directory, rate, seconds, hold_ms):
    """One measured stretch of calls from connected peers to backends on UDP; as rig.load gives it."""
    with rig.backends(system.network, directory):
        cpu, drops, theirs = system.cpu_seconds(), system.drops(), peers.cpu_seconds()
        said = peers.ask(f'calls {rate} {rate * seconds} {hold_ms}', seconds * 2 + hold_ms // 1000 + 60)
        time.sleep(1)
        used, memory, drops = system.cpu_seconds() - cpu, system.memory_mib(), system.drops() - drops
        theirs = peers.cpu_seconds() - theirs
    if said['error']:
        print(f'{system.name} {rate}/s: {said["error"]}', flush=True)
    return {'system': system.name, 'rate': rate, 'ok': said['ok'], 'failed': said['failed'], 'retransmissions': 0,
            'mean_ms': said['mean_ms'], 'p99_ms': said['p99_ms'], 'cut': said['cut'], 'drops': drops,
            'calls_per_s': round(said['ok'] / said['seconds'], 1), 'us_per_call': round(used * 1e6 / max(said['ok'], 1), 1),
            'peers_us_per_call': round(theirs * 1e6 / max(said['ok'], 1), 1), 'mib': memory}


def descriptors(needed, what):
    """Ends at once when a process may not have so many open files; else raises the soft limit, which children inherit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < needed:
        rig.fail(f'{what} needs {needed} open files in one process, the limit here is {hard} (ulimit -Hn)')
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
