# SPDX-License-Identifier: Apache-2.0
"""Fairlead's own account of a run: its JSON call log, one object per line. All that is known of the format is here."""
import collections
import json


def outcomes(path):
    """How often each (status, response flags) was logged for an INVITE; empty when the log holds no such lines."""
    found = collections.Counter()
    with open(path, errors='replace') as log:
        for line in log:
            if not line.startswith('{'):
                continue
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if 'status' in entry and entry.get('method', 'INVITE') == 'INVITE':
                found[str(entry['status']), str(entry.get('flags') or '-')] += 1
    return found
