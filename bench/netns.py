# SPDX-License-Identifier: Apache-2.0
"""Network namespaces of our own: without names, so that they are gone when the processes in them are, whatever happens."""
import contextlib
import ctypes
import os
import pathlib
import subprocess
import time

import rig

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


class Namespace:
    """One network namespace, kept open by a process that sleeps and dies with us."""

    def __init__(self):
        self.holder = subprocess.Popen(
            [rig.require('setpriv'), '--pdeathsig', 'KILL', rig.require('unshare'), '--net', 'sleep', '86400'],
            stdin=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while self.apart() in (None, os.stat('/proc/self/ns/net').st_ino):
            if self.holder.poll() is not None or time.monotonic() > until:
                rig.fail('a network namespace could not be made: this needs root')
            time.sleep(.01)

    @property
    def path(self):
        return f'/proc/{self.holder.pid}/ns/net'

    def apart(self):
        with contextlib.suppress(OSError):
            return os.stat(self.path).st_ino
        return None

    @contextlib.contextmanager
    def inside(self):
        """This thread, and what it starts, is in the namespace; sockets it opens stay there."""
        with open('/proc/self/ns/net') as before, open(self.path) as here:
            enter(here)
            try:
                yield
            finally:
                enter(before)

    def ip(self, *words):
        with self.inside():
            subprocess.run([rig.require('ip'), *words], check=True)

    def end(self):
        self.holder.kill()
        self.holder.wait()


def enter(file):
    if LIBC.setns(file.fileno(), CLONE_NEWNET):
        rig.fail(f'a network namespace cannot be entered: {os.strerror(ctypes.get_errno())}')


class Street:
    """Three namespaces in a row: caller, relay, callee; the middle one routes between the other two."""
    relay_address = '10.97.0.1'
    addresses = ('10.97.1.2', '10.97.2.2')

    def __init__(self):
        self.relay, self.ends = None, []

    def __enter__(self):
        try:
            self.relay = Namespace()
            self.relay.ip('link', 'set', 'lo', 'up')
            self.relay.ip('address', 'add', f'{self.relay_address}/32', 'dev', 'lo')
            for net in (1, 2):
                self.connect(net)
            with self.relay.inside():
                pathlib.Path('/proc/sys/net/ipv4/ip_forward').write_text('1')
            return self
        except BaseException:
            self.__exit__()
            raise

    def connect(self, net):
        end = Namespace()
        self.ends.append(end)
        self.relay.ip('link', 'add', f'side{net}', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', str(end.holder.pid))
        self.relay.ip('address', 'add', f'10.97.{net}.1/24', 'dev', f'side{net}')
        self.relay.ip('link', 'set', f'side{net}', 'up')
        end.ip('link', 'set', 'lo', 'up')
        end.ip('address', 'add', f'10.97.{net}.2/24', 'dev', 'eth0')
        end.ip('link', 'set', 'eth0', 'up')
        end.ip('route', 'add', 'default', 'via', f'10.97.{net}.1')

    def __exit__(self, *_):
        for namespace in filter(None, [self.relay, *self.ends]):
            namespace.end()
