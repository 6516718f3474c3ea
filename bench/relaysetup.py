# SPDX-License-Identifier: Apache-2.0
"""bench/relay --setup: calls come up, carry some media and go, again and again; what stays is a leak."""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import time

import media
import rig

# Media while all are up, so that relays learn their peers and offload: few packets, for a machine holds so many calls otherwise.
MEDIA_SECONDS = 3
MEDIA_PTIME_MS = 250
# Before the rounds, uncounted.
FIRST_CALLS = 200
KEPT = ('files', 'udp_sockets', 'calls', 'map_elements')


def options(parser):
    parser.add_argument('--rate', type=int, default=200, help='with --setup: calls per second (default 200)')
    parser.add_argument('--patience', type=float, default=40, metavar='S', help='with --setup: how long ports may stay in '
                        'quarantine after the last call has ended (default 40)')


def run(options, names, directory):
    """Each system alone, all its rounds; the figures of each round and the report."""
    results, count = [], int(options.calls or 2000)
    for name in names:
        with media.relays(options, [name], directory, options.kernel) as relays:
            relay = relays[name]
            # What opens or is loaded once is no leak, and no call's memory.
            cycle(options, relay, min(count, FIRST_CALLS), open_things(relay), None)
            idle, heap = open_things(relay), live_heap(relay)
            for turn in range(options.rounds):
                last = turn == options.rounds - 1
                result = {'system': name, 'round': turn + 1, **cycle(options, relay, count, idle, heap if last else None)}
                results.append(result)
                print(' '.join(f'{key}={value}' for key, value in result.items()), flush=True)
    leaks(results, names)
    return results, report(results, names)


def cycle(options, relay, count, idle, heap):
    """Up, media, down."""
    rss = relay.system.memory_kib('status', 'VmRSS:')
    begun = media.cpu_ns(relay.pids())
    targets, refused = at_rate(options.rate, count, relay.anchor)
    anchored = media.cpu_ns(relay.pids())
    rss_up = relay.system.memory_kib('status', 'VmRSS:')
    heard = media.load(relay, targets, 0, MEDIA_SECONDS, MEDIA_PTIME_MS)
    carried = media.cpu_ns(relay.pids())
    up = open_things(relay)
    heap_up = live_heap(relay) if heap is not None else None
    before_end = media.cpu_ns(relay.pids())
    _, unended = at_rate(options.rate, len(relay.up), lambda _: relay.release())
    ended = media.cpu_ns(relay.pids())
    left, waited = settled(relay, idle, options.patience)
    calls = max(len(targets), 1)
    return {'anchored': len(targets), 'refused': refused + unended, 'lost': heard['lost'], 'silent': heard['silent_directions'],
            'setup_us': round((anchored - begun) / 1000 / calls), 'media_us': round((carried - anchored) / 1000 / calls),
            'end_us': round((ended - before_end) / 1000 / calls), 'rss_kib_per_call': round((rss_up - rss) / calls, 2),
            'heap_kib_per_call': round((heap_up - heap) * 1024 / calls, 2) if heap is not None and heap_up is not None else None,
            **{f'{key}_up': value for key, value in up.items()}, **left, 'free_after_s': round(waited, 1)}


def at_rate(rate, count, action):
    """Does it so many times, so often a second; what came of it, and how many were refused."""
    found, refused, begun = [], 0, time.monotonic()
    for number in range(count):
        time.sleep(max(begun + number / rate - time.monotonic(), 0))
        try:
            found.append(action(number))
        except media.Refused as why:
            refused += 1
            if refused == 1:
                print(f'refused: {why}', flush=True)
    return found, refused


def settled(relay, idle, patience):
    """What is open when all is as it was before the first call, or when patience ends; and how long that took."""
    begun = time.monotonic()
    while (left := open_things(relay)) and time.monotonic() - begun < patience:
        if all(left[key] <= idle[key] for key in KEPT):
            break
        time.sleep(.5)
    return left, time.monotonic() - begun


def open_things(relay):
    """Files, UDP sockets, calls by the relay's own count, and elements of the kernel's maps and entries of its connections."""
    targets = [target for pid in relay.pids() for target in open_files(pid)]
    listed = relay.ng.ask('list', limit=100000) or {}
    with relay.place.inside():
        inodes = {line.split()[9] for table in ('udp', 'udp6')
                  for line in pathlib.Path(f'/proc/net/{table}').read_text().splitlines()[1:]}
        elements, flows = map_elements(), flow_count()
    return {'files': len(targets), 'udp_sockets': sum(found[8:-1] in inodes for found in targets if found.startswith('socket:[')),
            'calls': len(listed.get('calls', [])), 'map_elements': elements, 'flows': flows}


def open_files(pid):
    with contextlib.suppress(OSError):
        for name in os.listdir(f'/proc/{pid}/fd'):
            with contextlib.suppress(OSError):
                yield os.readlink(f'/proc/{pid}/fd/{name}')


def map_elements():
    """Elements of all nftables sets and maps that are seen from here; none where nft may not be asked."""
    if os.geteuid():
        return 0
    asked = subprocess.run([rig.require('nft'), '-j', 'list', 'ruleset'], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    tables = json.loads(asked.stdout or '{}').get('nftables', [])
    return sum(len(found.get('elem', [])) for each in tables for kind, found in each.items() if kind in ('set', 'map'))


def flow_count():
    """Entries of the connection table; each namespace has its own."""
    try:
        return int(pathlib.Path('/proc/sys/net/netfilter/nf_conntrack_count').read_text())
    except OSError:
        return 0


def live_heap(relay):
    """MiB, Fairlead only."""
    return relay.system.live_heap_mib() if isinstance(relay.system, rig.Fairlead) else None


def leaks(results, names):
    """A leak is more at the end of the last round than at the end of the first: what opens once is none."""
    for name in names:
        own = [each for each in results if each['system'] == name]
        for each in own:
            each['failed'] = each['refused'] + each['silent'] + (each['calls'] > 0)
        own[-1]['failed'] += sum(own[-1][key] > own[0][key] for key in KEPT)


def report(results, names):
    rows = []
    for name in names:
        own = [each for each in results if each['system'] == name]
        middle = {key: statistics.median(each[key] for each in own) for key in ('setup_us', 'media_us', 'end_us')}
        heap = own[-1]['heap_kib_per_call']
        rows.append([name, sum(each['anchored'] for each in own), sum(each['refused'] for each in own),
                     *(f'{middle[key]:.0f}' for key in middle), own[0]['rss_kib_per_call'], '-' if heap is None else heap,
                     *(f'{own[0][key]} / {own[-1][f"{key}_up"]} / {own[-1][key]}' for key in KEPT), own[-1]['flows'],
                     max(each['free_after_s'] for each in own)])
    head = ['system', 'anchored', 'refused', 'CPU us: set-up', 'media', 'end', 'RSS KiB/call', 'heap KiB/call', 'files', 'UDP sockets',
            'calls', 'map elements', 'flows left', 'free after s']
    return (rig.table(head, rows) + '\n\nCPU is of the relay, for each call, the median of the rounds; media are '
            f'{MEDIA_SECONDS * 1000 // MEDIA_PTIME_MS} packets each way, by which peers are learned and, where that is on, handed to '
            'the kernel. RSS grew by that in the first round, the heap after a full collection in the last; socket buffers are the '
            "kernel's and in neither. Files and the rest: after the first round / with all calls up / after the last round. Flows are "
            "entries of the kernel's connection table; those of rounds before end by themselves.")
