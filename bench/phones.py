# SPDX-License-Identifier: Apache-2.0
"""What the commands share that load a registrar: the two registrars, and the phones as SIPp and the phone farm play them."""
import contextlib
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time
import urllib.request
import uuid

import rig

DOMAIN = 'bench.example'


class Kamailio(rig.Kamailio):
    """usrloc in memory; its fastest allocator and one UDP worker, as where calls are compared."""

    def command(self, directory):
        text = (rig.HERE / 'kamailio-registrar.cfg').read_text()
        values = {'TARGET': self.network.target, 'CHILDREN': self.options.kamailio_workers, 'DOMAIN': DOMAIN}
        for key, value in values.items():
            text = text.replace(f'@{key}@', str(value))
        (directory / 'kamailio.cfg').write_text(text)
        return [rig.require('kamailio'), '-DD', '-E', '-x', 'tlsf', '-X', 'tlsf', '-m', '4096', '-M', '16',
                '-f', f'{directory}/kamailio.cfg', '-P', f'{directory}/pid', '-Y', str(directory)]


class Fairlead(rig.Fairlead):
    """A local registrar. Its state directory is the given one, so that a second start finds the bindings of the first."""

    def __init__(self, options, state=None, users='off', keepalive='{ udp: off }', metrics_port=0, expires='1h'):
        super().__init__(options)
        self.state, self.users, self.keepalive = state, users, keepalive
        self.metrics_port, self.expires = metrics_port, expires

    def command(self, directory):
        self.state = self.state or directory / 'state'
        return super().command(directory)

    def config(self):
        lines = ['listeners:', f'  - udp://{self.network.target}:5060', 'registrars:', '  phones:',
                 f'    domains: [ {DOMAIN} ]', f'    users: {self.users}', f'    keepalive: {self.keepalive}',
                 f'    expires: {{ default: 5m, max: {self.expires} }}',
                 # Both, so that either can be measured.
                 '    authentication: { algorithms: [ sha-256, md5 ] }',
                 'routes:', '  - { match: { method: REGISTER }, registrar: phones }',
                 '  - { match: { location: phones }, to-location: phones }', '  - reject: 404 Not Found',
                 f'state-dir: {self.state}']
        if self.metrics_port:
            lines.append(f'metrics: {{ listen: {self.network.target}:{self.metrics_port} }}')
        if self.options.loops:
            lines.append(f'loops: {self.options.loops}')
        return '\n'.join(lines) + '\n'

    def meter(self, name):
        """The sum of a meter over its labels; None when it is not there."""
        with urllib.request.urlopen(f'http://{self.network.target}:{self.metrics_port}/metrics', timeout=20) as page:
            text = page.read().decode()
        values = re.findall(rf'^{re.escape(name)}(?:{{[^}}]*}})? ([-+0-9.eE]+)$', text, re.MULTILINE)
        return sum(map(float, values)) if values else None


def outside_heap_mib(system):
    """What a JVM's process holds besides its heap, MiB of PSS; None where there is no JVM to ask."""
    text = rig.first([*rig.WITH_JDK, f'"$jdk/bin/jcmd" {system.process.pid} GC.heap_info'], r'capacity (\d+)M', '')
    return system.memory_kib('smaps_rollup', 'Pss:') / 1024 - int(text) if text.isdigit() else None


def write_users(path, prefix, count):
    """An injection file for SIPp: user; private address; instance. The same for the same arguments."""
    dice = random.Random(prefix)
    with open(path, 'w') as out:
        out.write('SEQUENTIAL\n')
        for i in range(count):
            address = f'192.168.{dice.randrange(256)}.{dice.randrange(1, 255)}:{dice.randrange(1024, 65536)}'
            out.write(f'{prefix}{i:07};{address};{uuid.UUID(int=dice.getrandbits(128), version=4)}\n')


def register(system, directory, users, rate, turn, expires=3600, port=5070):
    """All users of the file register, or renew when turn is higher than before; what it cost."""
    own = pathlib.Path(tempfile.mkdtemp(prefix=f'turn-{turn}-', dir=directory))
    count = sum(1 for _ in open(users)) - 1
    patience = count // rate * 3 + 40
    cpu, drops = system.cpu_seconds(), system.drops()
    caller = subprocess.Popen(
        [rig.require('sipp'), f'{system.network.target}:5060', '-sf', str(rig.HERE / 'scenarios/register.xml'),
         '-i', system.network.caller, '-p', str(port), '-inf', str(users), '-cid_str', f'%u-{pathlib.Path(users).stem}@phone',
         '-key', 'domain', DOMAIN, '-key', 'turn', str(turn), '-key', 'expires', str(expires),
         '-r', str(rate), '-m', str(count), '-l', '1000000', '-recv_timeout', '30000', '-timeout', f'{patience}s', '-nostdin',
         '-buff_size', rig.SIPP_BUFFER, '-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_rtt', '-rtt_freq', '1000',
         '-trace_err', '-error_file', 'errors'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=own)
    try:
        rig.await_end(caller, patience + 20, None)
    finally:
        rig.stop_callers([caller])
    time.sleep(1)
    result = rig.caller_results(own)
    if result['failed']:
        print(f'{system.name} turn {turn}: {rig.first_error(own)}', flush=True)
    used = system.cpu_seconds() - cpu
    return {'system': system.name, **result, 'drops': system.drops() - drops,
            'us_per_register': round(used * 1e6 / max(result['ok'], 1), 1)}


class Farm:
    """The phone farm of fairlead-bench. Its state as it said last is in now, its summary, once ended, in summary."""

    def __init__(self, target, directory, addresses, users, rate, **more):
        self.log, self.summary = pathlib.Path(directory, f'farm-{time.monotonic_ns()}'), {}
        source = rig.ROOT / 'fairlead-bench/src/main/java/io/fairlead/bench/PhoneFarm.java'
        options = {'target': f'{target}:5060', 'addresses': addresses, 'users': users, 'rate': rate, 'domain': DOMAIN, **more}
        arguments = ' '.join(f"--{name.replace('_', '-')} '{value}'" for name, value in options.items())
        # The JDK compiles it on the way (JEP 458): it needs nothing but the JDK.
        self.command = [*rig.WITH_JDK, f'exec "$jdk/bin/java" -Xmx512m -XX:+UseSerialGC {source} {arguments}']

    @contextlib.contextmanager
    def running(self):
        with open(self.log, 'w') as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield self
        finally:
            self.end()

    def end(self):
        """SIGTERM, once; it then sums up."""
        if self.process.poll() is None:
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
        lines = self.log.read_text().splitlines()
        if lines and lines[-1].startswith('{'):
            self.summary = json.loads(lines[-1])

    @property
    def now(self):
        """What it said last, {'registered': '1000', ...}."""
        lines = [line for line in self.log.read_text().splitlines(True) if line.startswith('t=') and line.endswith('\n')]
        return dict(field.split('=', 1) for field in lines[-1].split()) if lines else {}

    def await_filled(self, seconds):
        until = time.monotonic() + seconds
        while self.now.get('filled') != 'yes':
            if self.process.poll() is not None or time.monotonic() > until:
                rig.fail(f'the phones did not all register in {seconds} s:\n{rig.tail(self.log)}')
            time.sleep(.2)

    def await_next(self):
        """What it says next, so that it is not older than this call by more than its interval."""
        for _ in range(2):
            before = self.now.get('t')
            until = time.monotonic() + 15
            while self.now.get('t') == before and time.monotonic() < until and self.process.poll() is None:
                time.sleep(.2)
        return self.now

    def cpu_seconds(self):
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / rig.TICKS


def call_phones(system, directory, users, rate, calls, port=5071):
    """SIPp calls users picked at random; what rig.caller_results says of it."""
    own = pathlib.Path(tempfile.mkdtemp(prefix='calls-', dir=directory))
    dice = random.Random(calls)
    (own / 'called.csv').write_text('SEQUENTIAL\n' + ''.join(f'u{dice.randrange(users):07}\n' for _ in range(calls)))
    patience = calls // rate + 60
    caller = subprocess.Popen(
        [rig.require('sipp'), f'{system.network.target}:5060', '-sf', str(rig.HERE / 'scenarios/calls-phone.xml'),
         '-i', system.network.caller, '-mi', system.network.caller, '-p', str(port), '-inf', 'called.csv', '-key', 'domain', DOMAIN,
         '-r', str(rate), '-m', str(calls), '-d', '100', '-recv_timeout', '30000', '-timeout', f'{patience}s', '-nostdin',
         '-buff_size', rig.SIPP_BUFFER,
         '-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_rtt', '-rtt_freq', '1', '-trace_err', '-error_file', 'errors'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=own)
    try:
        rig.await_end(caller, patience + 20, None)
    finally:
        rig.stop_callers([caller])
    result = rig.caller_results(own)
    if result['failed']:
        print(f'calls: {rig.first_error(own)}', flush=True)
    return result


def kill(system):
    """SIGKILL to the whole process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(system.process.pid, 9)
    system.process.wait()
