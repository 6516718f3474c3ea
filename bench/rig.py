# SPDX-License-Identifier: Apache-2.0
"""What the commands of this directory share: the systems under load, SIPp, and what is measured.

Everything runs on loopback: a caller (SIPp), the system under test, two backends (SIPp).
"""
import argparse
import contextlib
import csv
import dataclasses
import glob
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
# A bash that knows the JDK as $jdk; one more argument says what to run.
WITH_JDK = ('bash', '-c', 'cd -- "$0" && . scripts/common.sh && find_jdk25 && eval "$1"', str(ROOT))
TICKS = os.sysconf('SC_CLK_TCK')
SIPP_BUFFER = '4000000'
SAMPLE_EVERY = 5


def common_options(about, counts=True, calls=True):
    """A parser with the options every command has.

    Without counts, loops and workers are the command's own business; without calls, there are no backends.
    """
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sut', metavar='COMMAND', help='run this in place of ./fairlead run {config}; it stays in the '
                        'foreground; {config} is the Fairlead file')
    if calls:
        parser.add_argument('--plain', action='store_true', help='Kamailio without dialogs: round robin, no call state')
    if counts:
        parser.add_argument('--kamailio-workers', type=int, default=1, metavar='N', help='UDP workers; more than one '
                            'reorders messages of a call (default 1)')
        parser.add_argument('--loops', type=int, metavar='N', help="Fairlead's loops (default: its own choice)")
    if calls:
        parser.add_argument('--balance', default='least-calls', help="Fairlead's algorithm (default least-calls)")
        parser.add_argument('--call-log', choices=('on', 'off'), default='on', help="Fairlead's line per call, to a file "
                            '(default on, as shipped; Kamailio writes none)')
        parser.add_argument('--backends', default='127.0.0.31,127.0.0.32', help='addresses of the backends')
    else:
        parser.set_defaults(backends='')
    parser.add_argument('--target', default='127.0.0.5', help='address of the system under test')
    parser.add_argument('--caller', default='127.0.0.10', help='address of the caller')
    parser.add_argument('--json', metavar='FILE', help='write every figure to this file')
    parser.add_argument('--markdown', metavar='FILE', help='append the table to this file')
    parser.add_argument('--keep', action='store_true', help='keep the working directory and say where it is')
    return parser


@dataclasses.dataclass(frozen=True)
class Network:
    """Who listens where, always on port 5060."""
    target: str
    backends: tuple
    caller: str

    @staticmethod
    def of(options):
        return Network(options.target, tuple(options.backends.split(',')), options.caller)


class System:
    """A balancer that can be started and stopped; subclasses say how."""
    name = '?'
    ask_every = .3
    # What the URIs of backends end in, as ;transport=tcp.
    toward = ''

    def __init__(self, options, probes=False):
        self.options, self.network, self.probes, self.process = options, Network.of(options), probes, None

    def command(self, directory):
        raise NotImplementedError

    def environment(self):
        """Variables it gets besides ours."""
        return {}

    @contextlib.contextmanager
    def running(self, directory):
        """Started and answering OPTIONS, after start_s seconds; stopped at the end, whatever happens."""
        own = pathlib.Path(directory, f'{self.name}-{time.monotonic_ns()}')
        own.mkdir()
        self.log = own / 'log'
        require_free(self.network.target)
        command, variables = self.command(own), {**os.environ, **self.environment()}
        with open(self.log, 'w') as log:
            self.started = time.monotonic()
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            start_new_session=True, cwd=own, env=variables)
        try:
            self.start_s = self.await_ready()
            yield self
        finally:
            self.stop()

    def await_ready(self):
        """Asks by OPTIONS until any of them is answered; gives the seconds since the start."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((self.network.caller, 0))
            probe.settimeout(self.ask_every)
            while time.monotonic() - self.started < 90:
                if self.process.poll() is not None:
                    fail(f'{self.name} ended at once with {self.process.returncode}:\n{tail(self.log)}')
                try:
                    probe.sendto(self.options_request(probe.getsockname()[1]), (self.network.target, 5060))
                    if probe.recv(4096).startswith(b'SIP/2.0'):
                        return time.monotonic() - self.started
                except socket.timeout:
                    continue
                except OSError:
                    time.sleep(self.ask_every)
        fail(f'{self.name} never answered OPTIONS on {self.network.target}:5060:\n{tail(self.log)}')

    def options_request(self, port):
        tag, caller, target = time.monotonic_ns(), self.network.caller, self.network.target
        return (f'OPTIONS sip:{target} SIP/2.0\r\nVia: SIP/2.0/UDP {caller}:{port};branch=z9hG4bK{tag};rport\r\n'
                f'From: <sip:probe@{caller}>;tag={tag}\r\nTo: <sip:{target}>\r\nCall-ID: {tag}\r\nCSeq: 1 OPTIONS\r\n'
                'Max-Forwards: 5\r\nContent-Length: 0\r\n\r\n').encode()

    def stop(self):
        end_group(self.process, 10)
        time.sleep(1)

    def cpu_seconds(self):
        """User and system time of the whole process tree."""
        ticks = 0
        for pid in process_tree(self.process.pid):
            with contextlib.suppress(OSError):
                fields = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def memory_mib(self):
        """PSS: shared pages count once."""
        return self.memory_kib('smaps_rollup', 'Pss:') // 1024

    def rss_mib(self):
        """VmRSS of all its processes: cheap to read, but pages they share count for each."""
        return self.memory_kib('status', 'VmRSS:') // 1024

    def memory_kib(self, file, field):
        kib = 0
        for pid in process_tree(self.process.pid):
            with contextlib.suppress(OSError):
                for line in pathlib.Path(f'/proc/{pid}/{file}').read_text().splitlines():
                    if line.startswith(field):
                        kib += int(line.split()[1])
        return kib

    def drops(self):
        """Datagrams that the kernel dropped at its UDP sockets since they were opened, mostly for a full buffer."""
        inodes = set()
        for pid in process_tree(self.process.pid):
            for name in glob.glob(f'/proc/{pid}/fd/*'):
                with contextlib.suppress(OSError):
                    inodes.update(re.findall(r'^socket:\[(\d+)\]$', os.readlink(name)))
        dropped = 0
        for table in ('udp', 'udp6'):
            with contextlib.suppress(OSError):
                for line in pathlib.Path(f'/proc/net/{table}').read_text().splitlines()[1:]:
                    fields = line.split()
                    dropped += int(fields[12]) if fields[9] in inodes else 0
        return dropped


class Kamailio(System):
    """Its fastest allocator; one UDP worker keeps the messages of a call in order."""
    name = 'kamailio'
    tcp_children = 1

    def command(self, directory):
        text = (HERE / 'kamailio.cfg').read_text()
        for key, value in self.values(directory).items():
            text = text.replace(f'@{key}@', str(value))
        (directory / 'kamailio.cfg').write_text(text)
        (directory / 'dispatcher.list').write_text(''.join(
            f'1 sip:{backend}:5060{self.toward} 0 0 duid=b{i};maxload=0;weight=50\n'
            for i, backend in enumerate(self.network.backends)))
        define = [word for name in self.defines() for word in ('-A', name)]
        return [require('kamailio'), *define, '-DD', '-E', '-x', 'tlsf', '-X', 'tlsf', '-m', '2048', '-M', '16',
                '-f', f'{directory}/kamailio.cfg', '-P', f'{directory}/pid', '-Y', str(directory)]

    def values(self, directory):
        """What stands for the names in its file."""
        return {'DIR': directory, 'TARGET': self.network.target, 'CHILDREN': self.options.kamailio_workers,
                'TCP_CHILDREN': self.tcp_children, 'PING': 5 if self.probes else 0, 'TRY_TIMEOUT': 2000}

    def defines(self):
        """Parts of its file that are wanted."""
        return [] if self.options.plain else ['WITH_DIALOG']


class Fairlead(System):
    """./fairlead run, or what --sut says; java_options go to the JVM besides those it is shipped with.

    With root it is that of another checkout.
    """

    def __init__(self, options, probes=False, java_options=(), root=None):
        super().__init__(options, probes)
        self.root = root
        self.name = 'before' if root else 'other' if options.sut else 'fairlead'
        self.java_options = java_options

    def environment(self):
        given = os.environ.get('FAIRLEAD_JAVA_OPTS', '')
        return {'FAIRLEAD_JAVA_OPTS': ' '.join([given, *self.java_options]).strip()}

    def command(self, directory):
        config = directory / 'fairlead.yaml'
        config.write_text(self.config())
        if self.options.sut and not self.root:
            return shlex.split(self.options.sut.replace('{config}', shlex.quote(str(config))))
        return [str(pathlib.Path(self.root or ROOT) / 'fairlead'), 'run', str(config)]

    def live_heap_mib(self):
        """What of the heap lives after a full collection, made now; None where there is no JVM to ask."""
        total = first([*WITH_JDK, f'"$jdk/bin/jcmd" {self.process.pid} GC.class_histogram'], r'\nTotal +\d+ +(\d+)', None)
        return int(total) / 2 ** 20 if total and total.isdigit() else None

    def config(self):
        lines = ['listeners:', f'  - udp://{self.network.target}:5060', *self.more_listeners(), 'pools:', '  farm:',
                 f'    balance: {self.options.balance}', f'    health: {"on" if self.probes else "off"}', '    backends:',
                 *(f'      - sip:{backend}:5060{self.toward}' for backend in self.network.backends),
                 'routes:', *self.more_routes(), '  - to: farm', f'log: {{ calls: {self.options.call_log} }}']
        if self.options.loops:
            lines.append(f'loops: {self.options.loops}')
        return '\n'.join([*lines, *self.more()]) + '\n'

    def more_listeners(self):
        """Lines for listeners besides that for UDP."""
        return []

    def more_routes(self):
        """Lines for routes before that to the farm."""
        return []

    def more(self):
        """Lines for the end of the file."""
        return []


class Backend:
    """A SIPp that answers calls and OPTIONS; its transport is one of SIPp's, as u1 or t1."""

    def __init__(self, address, directory, transport='u1'):
        self.address, self.directory, self.transport, self.process = address, directory, transport, None

    def start(self):
        self.process = subprocess.Popen(
            [require('sipp'), '-sf', str(HERE / 'scenarios/backend.xml'), '-i', self.address, '-mi', self.address,
             '-p', '5060', '-t', self.transport, '-nostdin', '-buff_size', SIPP_BUFFER],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.directory)

    def kill(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()


@contextlib.contextmanager
def backends(network, directory, transport='u1'):
    """All backends up; down again at the end."""
    all_of_them = [Backend(address, directory, transport) for address in network.backends]
    require_free(*network.backends)
    try:
        for each in all_of_them:
            each.start()
        time.sleep(.5)
        yield all_of_them
    finally:
        for each in all_of_them:
            if each.process and each.process.poll() is None:
                each.kill()


def start_caller(network, directory, rate, calls, hold_ms, patience, port=5070, transport='u1'):
    """A SIPp that makes so many calls; what it counts is written to the directory each second."""
    return subprocess.Popen(
        [require('sipp'), f'{network.target}:5060', '-sf', str(HERE / 'scenarios/caller.xml'), '-i', network.caller,
         '-mi', network.caller, '-p', str(port), '-t', transport, '-r', str(rate), '-m', str(calls), '-d', str(hold_ms),
         '-l', '1000000', '-recv_timeout', '30000', '-timeout', f'{patience}s', '-nostdin', '-buff_size', SIPP_BUFFER,
         '-trace_stat', '-stf', 'statistics.csv', '-fd', '1', '-trace_rtt', '-rtt_freq', rtt_freq(calls), '-trace_counts',
         '-trace_err', '-error_file', 'errors'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory)


def rtt_freq(calls):
    """How many times of set-up SIPp writes at once: a write for each call would slow a fast caller."""
    return '100' if calls > 10000 else '1'


def caller_results(directory):
    """What SIPp's files say of a finished caller."""
    with open(f'{directory}/statistics.csv') as file:
        rows = list(csv.reader(file, delimiter=';'))
    last = last_statistics(directory)
    times = sorted(set_up_times(directory))
    # The middle second: the first and the last are not whole ones.
    paces = [float(row[rows[0].index('CallRate(P)')]) for row in rows[2:]]
    return {'pace': round(statistics.median(paces), 1) if paces else 0, 'ok': last['SuccessfulCall(C)'],
            'failed': last['FailedCall(C)'], 'retransmissions': last['Retransmissions(C)'],
            'mean_ms': round(sum(times) / len(times), 2) if times else None,
            'p99_ms': round(times[int(len(times) * .99)], 2) if times else None}


def last_statistics(directory):
    """SIPp's counters by name, as it wrote them last; none when it has not yet."""
    with contextlib.suppress(FileNotFoundError), open(f'{directory}/statistics.csv') as file:
        rows = [row for row in csv.reader(file, delimiter=';') if row]
        # A row being written is shorter than the head.
        whole = [row for row in rows[1:] if len(row) >= len(rows[0])]
        if whole:
            return {name: int(value) for name, value in zip(rows[0], whole[-1]) if re.fullmatch(r'\d+', value)}
    return {}


def first_error(directory):
    """Why the first call failed, in SIPp's words."""
    errors = pathlib.Path(directory, 'errors')
    lines = errors.read_text(errors='replace').splitlines() if errors.exists() else []
    # Over TCP it warns of files that media would need.
    lines = [line for line in lines if 'Maximum number of open sockets' not in line]
    return lines[1][:300] if len(lines) > 1 else 'SIPp says nothing of why calls failed'


def steps(directory):
    """How often each step of the caller's scenario was sent or received, {'INVITE_Sent': 100, '200_Recv': ...}."""
    for path in glob.glob(f'{glob.escape(str(directory))}/*_counts.csv'):
        with open(path) as file:
            rows = list(csv.reader(file, delimiter=';'))
        if len(rows) > 1:
            return {re.sub(r'^(\d+)_', r'\1:', name): int(value)
                    for name, value in zip(rows[0], rows[-1]) if re.fullmatch(r'\d+', value)}
    return {}


def set_up_times(directory):
    """Milliseconds from INVITE to 200 of each call."""
    for name in glob.glob(f'{glob.escape(str(directory))}/*_rtt.csv'):
        with open(name) as file:
            for row in csv.reader(file, delimiter=';'):
                if len(row) >= 2 and re.fullmatch(r'[0-9.]+', row[1]):
                    yield float(row[1])


def load(system, directory, rate, seconds, hold_ms, sample=None, caller='u1', backend='u1'):
    """One measured stretch of load on a running system; sample, if any, is called every SAMPLE_EVERY seconds of it.

    Caller and backend name transports as SIPp does.
    """
    own = pathlib.Path(tempfile.mkdtemp(prefix=f'load-{rate}-', dir=directory))
    patience = seconds * 3 + 40 + hold_ms // 1000
    with backends(system.network, own, backend):
        cpu, drops, began = system.cpu_seconds(), system.drops(), time.monotonic()
        calling = start_caller(system.network, own, rate, rate * seconds, hold_ms, patience, transport=caller)
        try:
            await_end(calling, patience + 20, sample)
        finally:
            stop_callers([calling])
        wall = time.monotonic() - began
        time.sleep(1)
        used, memory, drops = system.cpu_seconds() - cpu, system.memory_mib(), system.drops() - drops
    result = caller_results(own)
    if result['failed']:
        print(f'{system.name} {rate}/s: {first_error(own)}', flush=True)
    shutil.rmtree(own)
    return {'system': system.name, 'rate': rate, **result, 'drops': drops, 'calls_per_s': round(result['ok'] / wall, 1),
            'us_per_call': round(used * 1e6 / max(result['ok'], 1), 1), 'mib': memory}


def await_end(caller, seconds, sample):
    """Waits for a SIPp to end; an error when it does not."""
    until = time.monotonic() + seconds
    while sample and time.monotonic() < until:
        sample()
        with contextlib.suppress(subprocess.TimeoutExpired):
            caller.wait(SAMPLE_EVERY)
            return
    caller.wait(max(until - time.monotonic(), .1))


def stop_callers(callers):
    """Kills those that still run: their calls stay as they are."""
    for caller in callers:
        if caller.poll() is None:
            caller.kill()
            caller.wait()


def end_group(process, patience):
    """SIGTERM to the process group that it leads; SIGKILL when it does not end in so many seconds."""
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def process_tree(root):
    children = {}
    for name in filter(str.isdigit, os.listdir('/proc')):
        with contextlib.suppress(OSError, IndexError):
            parent = int(pathlib.Path(f'/proc/{name}/stat').read_text().rsplit(')', 1)[1].split()[1])
            children.setdefault(parent, []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


@contextlib.contextmanager
def working_directory(keep):
    directory = tempfile.mkdtemp(prefix='fairlead-bench-')
    try:
        yield directory
    finally:
        if keep:
            print(f'kept: {directory}')
        else:
            shutil.rmtree(directory, ignore_errors=True)


def machine():
    """One line on what the figures were measured with."""
    info = pathlib.Path('/proc/cpuinfo').read_text()
    model = re.search(r'model name\s*:\s*(.*)', info)
    memory = int(re.search(r'MemTotal:\s+(\d+)', pathlib.Path('/proc/meminfo').read_text())[1]) // 1024 // 1024
    return (f'{model[1] if model else os.uname().machine}, {len(os.sched_getaffinity(0))} cores, {memory} GiB, '
            f'Linux {os.uname().release}, Java {java_version()}, Fairlead {fairlead_version()}, '
            f'Kamailio {first(["kamailio", "-v"], r"kamailio ([0-9.]+)")}, SIPp {first(["sipp", "-v"], r"SIPp (v[0-9.]+)")}')


def java_version():
    return first([*WITH_JDK, 'cat "$jdk/release"'], r'JAVA_RUNTIME_VERSION="([^"]*)"')


def fairlead_version():
    return first(['git', '-C', str(ROOT), 'describe', '--always', '--dirty'], r'(\S+)')


def first(command, pattern, otherwise='?'):
    """The first group of the pattern in what the command says."""
    try:
        text = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        found = re.search(pattern, text.stdout + text.stderr)
        return found[1] if found else otherwise
    except (OSError, subprocess.TimeoutExpired):
        return '(none)'


def command_line():
    return 'bench/' + shlex.join([os.path.basename(sys.argv[0]), *sys.argv[1:]])


def require(tool):
    found = shutil.which(tool) or shutil.which(tool, path='/usr/sbin:/usr/local/bin:/usr/local/sbin')
    if not found:
        package = {'sipp': 'sip-tester'}.get(tool, tool)
        fail(f'{tool} is missing: apt-get install {package}')
    return found


def require_free(*addresses):
    """Else the load would go to what listens there, unnoticed."""
    for address in addresses:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
            try:
                trial.bind((address, 5060))
            except OSError as error:
                fail(f'udp {address}:5060 cannot be used: {error.strerror} (see --target, --backends, --caller)')


def tail(path, lines=15):
    return '\n'.join(pathlib.Path(path).read_text(errors='replace').splitlines()[-lines:])


def table(head, rows):
    """A Markdown table; columns but the first are to the right."""
    out = ['| ' + ' | '.join(head) + ' |', '|' + '|'.join(['---'] + ['---:'] * (len(head) - 1)) + '|']
    return '\n'.join(out + ['| ' + ' | '.join(str(cell) for cell in row) + ' |' for row in rows])


def publish(options, title, text):
    """The report to the terminal and, if asked, to the end of a file."""
    report = f'### {title}\n\n{machine()}\n\n`{command_line()}`\n\n{text}\n'
    print('\n' + report)
    if options.markdown:
        with open(options.markdown, 'a') as out:
            out.write('\n' + report)


def save(options, **figures):
    """Every figure to a file, if asked."""
    if options.json:
        with open(options.json, 'w') as out:
            json.dump({'machine': machine(), 'command': command_line(), **figures}, out, indent=1)


def fail(why):
    raise SystemExit(why)


def interruptible():
    """SIGTERM ends as Ctrl-C does: through the finally blocks, so that nothing is left running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
