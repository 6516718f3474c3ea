# SPDX-License-Identifier: Apache-2.0
"""The JVM's own log of collections and stops. All that is known of its format is here."""
import pathlib
import re

SAFEPOINT = re.compile(r'\[([\d.]+)s\].*Safepoint "(\w+)".*Total:\s+(\d+) ns')
STALL = re.compile(r'\[([\d.]+)s\].*Allocation Stall \((.+?)\) ([\d.]+)ms')
COLLECTION = re.compile(r'\[([\d.]+)s\].*GC\(\d+\) (.*?) (\d+)M(?:\(\d+%\))?->(\d+)M')


def option(path):
    """What makes a JVM write it."""
    return f'-Xlog:gc,safepoint:file={path}:uptime,tags:filecount=0'


def read(path, since, until):
    """Figures of the stretch between two uptimes, in seconds; None when there is no log."""
    if not pathlib.Path(path).exists():
        return None
    stops, stalls, heap = [], [], []
    with open(path, errors='replace') as log:
        for line in log:
            for pattern, take in ((SAFEPOINT, lambda at, why, ns: stops.append((at, why, int(ns) / 1e6))),
                                  (STALL, lambda at, thread, ms: stalls.append((at, thread, float(ms)))),
                                  (COLLECTION, lambda at, kind, before, after: heap.append((at, kind, int(after))))):
                found = pattern.search(line)
                if found and since <= float(found[1]) <= until:
                    take(round(float(found[1]) - since, 3), *found.groups()[1:])
    return {'stops': stops, 'stalls': stalls, 'heap_after': heap}


def rows(jvm):
    """The figures as rows of a table."""
    stops = sorted(ms for _, _, ms in jvm['stops'])
    longest = max(jvm['stops'], key=lambda stop: stop[2], default=None)
    all_heap = [(at, mib) for at, _, mib in jvm['heap_after']]
    major = [(at, mib) for at, kind, mib in jvm['heap_after'] if kind.startswith(('Major', 'Pause Full'))]
    return [['stops of the JVM', len(stops)],
            ['longest stop, ms', f'{longest[2]:.3f} ({longest[1]}, at {longest[0]:.0f} s)' if longest else '-'],
            ['99 % of stops, ms', f'{stops[int(len(stops) * .99)]:.3f}' if stops else '-'],
            ['threads stalled for memory: times, longest ms',
             f'{len(jvm["stalls"])}, {max((ms for _, _, ms in jvm["stalls"]), default=0):.3f}'],
            *heap_rows('each', all_heap), *heap_rows('each full', major)]


def heap_rows(which, heap):
    if not heap:
        return [[f'heap after {which} collection, MiB', 'there was none']]
    sizes = [mib for _, mib in heap]
    half = heap[len(heap) // 2:] if len(heap) >= 6 else []
    return [[f'heap after {which} collection, MiB: number, first, highest, last',
             f'{len(sizes)}, {sizes[0]}, {max(sizes)}, {sizes[-1]}'],
            ['its slope over the second half, MiB per minute', f'{60 * slope(half):+.2f}' if half else 'too few']]


def slope(points):
    """Of the line through the points by least squares."""
    mean_x, mean_y = (sum(each) / len(points) for each in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
