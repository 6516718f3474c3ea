#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fail2ban drops the zone of a time stamp with more than six fraction digits and bans nobody outside UTC.
#
# Packages   Debian fail2ban 1.0.2-2 (its fail2ban-regex; nothing is started)
# Guess      2026-12-01T10:00:00.123456789Z, as Java's Instant and Go's RFC3339Nano print it, is 10:00 UTC; more
#            digits than a program wants are cut off.
# Instead    Up to six digits the Z or the offset is obeyed. With seven or more the line still matches, but the rest
#            with the zone is not looked at, and the time is taken for a local one.
# Seen       2026-12-01, TZ=Europe/Berlin: .123Z and .123456Z give 11:00 local time, .1234567Z and .123456789Z 10:00.
# Matters    East of Greenwich every failure is an hour or more old and outside findtime: nobody is ever banned,
#            while fail2ban-regex says "1 matched"; west of it the failure lies in the future. A SIP server's log
#            needs milliseconds or microseconds, and its jail must be tried in a zone that is not UTC.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
if ! command -v python3 >/dev/null || [ ! -e /usr/share/zoneinfo/Europe/Berlin ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 tzdata >/dev/null
fi
apt-get download -qq fail2ban=1.0.2-2 >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq fail2ban=1.0.2-2 >/dev/null 2>&1; }
dpkg -x fail2ban_1.0.2-2_all.deb root
bad=0
# check FRACTION-AND-ZONE HOUR: the hour that fail2ban understands, in Berlin, of 10:00:00 with that behind it
check() {
  echo "2026-12-01T10:00:00$1 refused 192.0.2.1" >log
  local got
  got=$(TZ=Europe/Berlin PYTHONPATH=root/usr/lib/python3/dist-packages python3 root/usr/bin/fail2ban-regex -c root/etc/fail2ban -v log 'refused <HOST>$' 2>/dev/null |
    sed -n 's/^| *192\.0\.2\.1 *Tue Dec 01 \([0-9]*\):.*/\1/p' | head -n 1)
  if [ "$got" = "$2" ]; then echo "as noted  $1: $got:00 in Berlin"; else echo "CHANGED   $1: '$got', was $2"; bad=1; fi
}
check 'Z' 11
check '.123Z' 11
check '.123456Z' 11
check '.123456+00:00' 11
check '.1234567Z' 10
check '.123456789Z' 10
check '.123456789+00:00' 10
exit "$bad"
