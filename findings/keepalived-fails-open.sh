#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# keepalived throws a check away that it can not run, and then takes the address as if the check had passed.
#
# Packages   Debian keepalived 1:2.2.7-1+b2 (run in a network namespace of its own; no service is started)
# Guess      A vrrp_script that can not be run counts as failed, or the configuration is refused: the node does not
#            take the address.
# Instead    The script is taken out of the configuration and the instance becomes MASTER without it. So with
#            enable_script_security and no script_user (Debian has no keepalived_script user), and with a script that
#            is not executable; the latter passes keepalived -t with exit 0.
# Seen       2026-12-01, script says exit 1: well configured: no address. No script_user: -t exit 5, address taken.
#            Not executable: -t exit 0, address taken.
# Matters    Two balancers with a floating address: a package upgrade or a copied file without its x bit, and the
#            sick node keeps the address. Check it by letting the check fail once, not by -t; watch the state, not
#            the start.
set -euo pipefail
if [ "${1:-}" != inside ]; then
  wanted='keepalived=1:2.2.7-1+b2'
  if [ "$(dpkg-query -W -f '${Version}' keepalived 2>/dev/null || true)" != "${wanted#*=}" ]; then
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      trap 'rm -f -- "$policy"' EXIT
      printf '#!/bin/sh\nexit 101\n' >"$policy"
      chmod 755 "$policy"
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$wanted" iproute2 >/dev/null
  fi
  rc=0
  unshare --net bash "${BASH_SOURCE[0]}" inside || rc=$?
  exit "$rc"
fi

tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
chmod 755 .
ip link add check0 type veth peer name check1
ip addr add 10.9.9.1/24 dev check0
ip link set check0 up
ip link set check1 up
printf '#!/bin/sh\nexit 1\n' >sick
bad=0
# check NAME SCRIPT_USER MODE WANTED: the exit status of -t, and whether the address is there within six seconds
check() {
  chmod "$3" sick
  cat >conf <<CONF
global_defs {
  enable_script_security
  $2
}
vrrp_script sick {
  script "$tmp/sick"
  interval 1
  fall 1
}
vrrp_instance one {
  state BACKUP
  interface check0
  virtual_router_id 7
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.9.9.9/32
  }
  track_script {
    sick
  }
}
CONF
  local rc=0 has="not taken" pid
  keepalived -t -f "$tmp/conf" >log 2>&1 || rc=$?
  keepalived --dont-fork --log-console --vrrp -f "$tmp/conf" -p "$tmp/pid" -r "$tmp/vrrp.pid" >log 2>&1 &
  pid=$!
  for _ in $(seq 60); do
    sleep 0.1
    if ip addr show dev check0 | grep -q 10.9.9.9; then has='taken'; break; fi
  done
  kill "$pid"
  wait "$pid" || true
  local got="-t exit $rc, address $has"
  if [ "$got" = "$4" ]; then echo "as noted  $1: $got"; else echo "CHANGED   $1: $got, was $4"; bad=1; fi
}
check 'a failing check' 'script_user root' 755 '-t exit 0, address not taken'
check 'no script_user' '' 755 '-t exit 5, address taken'
check 'not executable' 'script_user root' 644 '-t exit 0, address taken'
exit "$bad"
