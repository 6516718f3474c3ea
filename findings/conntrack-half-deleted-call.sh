#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Handing a relayed call over to nftables NAT: delete the peers' conntrack entries, and one direction is dropped in
# silence.
#
# Packages   Debian nftables 1.0.6-2+deb12u2, conntrack 1:1.4.7-1+b2 (run in network namespaces of its own; python3
#            from the machine or from Debian)
# Guess      A relay in user space forwards between A and B. Later map elements (dnat, snat) shall do it: add them,
#            delete the flows that come from A and from B with "conntrack -D -s", and the next packet of each takes
#            the new way. Were something still in the way, packets would go to the relay's socket as before.
# Instead    An entry has the direction of its first packet. Where the relay spoke first, as to every callee, the
#            entry says that the relay is the source: "-s B" deletes nothing. A's next packet is translated into B's
#            old entry, the entries clash, and the packet is dropped at the very end of its way: no ICMP, the relay's
#            socket sees nothing, a counter in the forward chain has counted it. B to A goes on by the old way.
# Seen       2026-12-01, Linux 6.18: of 5 packets each way B gets 0 and A 5, the forward chain counts 5, "conntrack
#            -S" insert_failed=5; with "-d B" deleted as well both get 5 and the relay's socket 0. Once forwarded, all
#            map elements can be taken out and it goes on.
# Matters    One-way audio that starts when the call is offloaded and ends when nobody speaks for two minutes, while
#            every counter one thinks of says that packets are forwarded. Delete by both directions and in one go, or
#            keep the relay's ports out of conntrack ("notrack") until they are offloaded; at the end of a call
#            delete the entries too.
set -euo pipefail
if [ "${1:-}" != inside ]; then
  wanted='nftables=1.0.6-2+deb12u2 conntrack=1:1.4.7-1+b2'
  for package in $wanted; do
    if [ "$(dpkg-query -W -f '${Version}' "${package%%=*}" 2>/dev/null || true)" != "${package#*=}" ]; then
      apt-get update -qq
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    fi
  done
  command -v python3 >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-minimal >/dev/null; }
  rc=0
  timeout 50 unshare --net bash "${BASH_SOURCE[0]}" inside || rc=$?
  exit "$rc"
fi
# Two peers in namespaces of their own, ended with this script; the relay is where we are.
peers=()
trap 'kill "${peers[@]}" 2>/dev/null && wait || true' EXIT
ip link set lo up
ip address add 192.0.2.1/32 dev lo
for net in 1 2; do
  unshare --net sleep 60 &
  peers+=("$!")
  until [ "$(readlink "/proc/$!/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link add "peer$net" type veth peer name eth0 netns "$!"
  ip address add "198.51.100.$((net * 16 + 1))/28" dev "peer$net"
  ip link set "peer$net" up
  nsenter --net="/proc/$!/ns/net" ip address add "198.51.100.$((net * 16 + 2))/28" dev eth0
  nsenter --net="/proc/$!/ns/net" ip link set eth0 up
  nsenter --net="/proc/$!/ns/net" ip route add default via "198.51.100.$((net * 16 + 1))"
done
echo 1 >/proc/sys/net/ipv4/ip_forward
nft -f - <<'NFT'
table ip relay_test {
  map to {
    type inet_service : ipv4_addr . inet_service
  }
  map from {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
  }
  set forwarded {
    type ipv4_addr . inet_service
    counter
    elements = { 198.51.100.34 . 4000 }
  }
  chain pre {
    type nat hook prerouting priority -100
    dnat ip to udp dport map @to
  }
  chain post {
    type nat hook postrouting priority 100
    snat ip to ip daddr . udp dport map @from
  }
  chain forward {
    type filter hook forward priority 0
    ip daddr . udp dport @forwarded
  }
}
NFT
python3 - "${peers[@]}" <<'PY' || exit 1
import ctypes, os, re, socket, subprocess, sys

libc = ctypes.CDLL(None, use_errno=True)
bad = 0


def check(what, got, wanted):
    global bad
    print(f'{"as noted" if got == wanted else "CHANGED "}  {what}: {got}')
    bad |= got != wanted


def opened(netns, address, port):
    """A UDP socket in that network namespace."""
    with open('/proc/self/ns/net') as home, open(netns) as there:
        assert libc.setns(there.fileno(), 0x40000000) == 0
        result = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        result.bind((address, port))
        assert libc.setns(home.fileno(), 0x40000000) == 0
    result.settimeout(.2)
    return result


def received(of):
    count = 0
    try:
        while True:
            of.recv(100)
            count += 1
    except socket.timeout:
        return count


def run(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def deleted(what):
    return int(re.search(r'(\d+) flow entries', run(f'conntrack -D -p udp {what}'))[1])


PEER = [('198.51.100.18', 4000), ('198.51.100.34', 4000)]
peer = [opened(f'/proc/{pid}/ns/net', *PEER[i]) for i, pid in enumerate(sys.argv[1:])]
relay = [opened('/proc/self/ns/net', '192.0.2.1', port) for port in (30000, 30002)]


def relayed():
    """What the relay's sockets have received goes to the other peer."""
    count = 0
    for i in (0, 1):
        try:
            while True:
                relay[1 - i].sendto(relay[i].recv(100), PEER[1 - i])
                count += 1
        except socket.timeout:
            pass
    return count


def five_each():
    """How many of five packets each way reach A, B, and the relay's sockets."""
    for _ in range(5):
        for i in (0, 1):
            peer[i].sendto(b'rtp', ('192.0.2.1', 30000 + 2 * i))
    by_relay = relayed()
    return f'{received(peer[0])} {received(peer[1])} {by_relay}'


def figure(pattern, command):
    return sum(int(found) for found in re.findall(pattern, run(command)))


# A speaks first; then both.
peer[0].sendto(b'rtp', ('192.0.2.1', 30000))
relayed()
received(peer[1])
check('relayed in user space: A, B, sockets', five_each(), '5 5 10')
run('nft add element ip relay_test to "{ 30000 : 198.51.100.34 . 4000, 30002 : 198.51.100.18 . 4000 }"')
run('nft add element ip relay_test from "{ 198.51.100.34 . 4000 : 192.0.2.1 . 30002, 198.51.100.18 . 4000 : 192.0.2.1 . 30000 }"')
check('with map elements', five_each(), '5 5 10')
check('entries deleted that come from A', deleted('-s 198.51.100.18'), 1)
check('entries deleted that come from B', deleted('-s 198.51.100.34'), 0)
check('after that', five_each(), '5 0 5')
check('packets to B that the forward chain counted', figure(r'counter packets (\d+)', 'nft list set ip relay_test forwarded'), 5)
check('insert_failed', figure(r'insert_failed=(\d+)', 'conntrack -S'), 5)
check('entries deleted that go to A and to B', deleted('-d 198.51.100.18') + deleted('-d 198.51.100.34'), 2)
check('after that', five_each(), '5 5 0')
run('nft flush map ip relay_test to')
run('nft flush map ip relay_test from')
check('without map elements', five_each(), '5 5 0')
sys.exit(bad)
PY
