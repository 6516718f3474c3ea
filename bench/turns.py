# SPDX-License-Identifier: Apache-2.0
"""What the commands share that let systems take turns under the same load."""
import statistics

import rig


def options(parser):
    """The options of a command that lets systems take turns."""
    parser.add_argument('--seconds', type=int, default=8, help='length of one measurement (default 8)')
    parser.add_argument('--rounds', type=int, default=3, help='how often each system has its turn (default 3)')
    parser.add_argument('--hold', type=int, default=100, help='milliseconds from ACK to BYE (default 100)')
    parser.add_argument('--warmup', type=int, default=15, help='seconds of uncounted load on Fairlead for its compiler '
                        '(default 15; 0 measures a cold start)')
    parser.add_argument('--warmup-rate', type=int, default=800)


def take(systems, rates, options, directory):
    """Runs each (labels, system) in turn (A B A B ...), options.rounds times, under all the rates."""
    results = []
    for turn in range(options.rounds):
        for labels, system in systems:
            with system.running(directory):
                if options.warmup and isinstance(system, rig.Fairlead):
                    rig.load(system, directory, options.warmup_rate, options.warmup, options.hold)
                for rate in rates:
                    result = {'round': turn + 1, **labels, **rig.load(system, directory, rate, options.seconds, options.hold)}
                    results.append(result)
                    print(' '.join(f'{key}={value}' for key, value in result.items()), flush=True)
    return results


COLUMNS = ('CPU us/call', 'failed', 'retransmissions', 'drops', 'mean ms', '99 % ms', 'MiB')


def columns(group):
    """What the rounds of one system at one rate came to, under COLUMNS."""
    return [spread(group, 'us_per_call', 0), total(group, 'failed'), total(group, 'retransmissions'),
            total(group, 'drops'), spread(group, 'mean_ms', 2), spread(group, 'p99_ms', 2), spread(group, 'mib', 0)]


def spread(group, key, digits):
    """The median and, of several, the range."""
    values = [each[key] for each in group if each[key] is not None]
    if not values:
        return '-'
    middle = f'{statistics.median(values):.{digits}f}'
    return middle if len(values) == 1 else f'{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})'


def total(group, key):
    return sum(each[key] for each in group)
