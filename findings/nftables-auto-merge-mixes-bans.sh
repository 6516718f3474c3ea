#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In an nftables set with auto-merge a short ban ends its neighbour's long one, and no single ban can be lifted.
#
# Packages   Debian nftables 1.0.6-2+deb12u2 (run in a network namespace of its own)
# Guess      auto-merge changes how neighbours are stored; each keeps its own timeout and can be deleted by its own
#            address.
# Instead    Neighbours become one element with the timeout of the last that was added: 600 s and then 20 s for the
#            next address make 20 s for both, and one without a timeout makes its neighbour's ban endless. "delete
#            element" of one of the two fails with "element does not exist".
# Seen       2026-12-01: 192.0.2.4/31 timeout 20s; 192.0.2.20/31 without timeout; delete of 192.0.2.4: exit 1.
# Matters    auto-merge is what one reaches for so that addresses and networks fit one ban set. Scanners come from
#            neighbouring addresses: bans end early or never. Keep single addresses in a set without interval,
#            networks in a second one.
set -euo pipefail
if [ "${1:-}" != inside ]; then
  wanted='nftables=1.0.6-2+deb12u2'
  if [ "$(dpkg-query -W -f '${Version}' nftables 2>/dev/null || true)" != "${wanted#*=}" ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$wanted" >/dev/null
  fi
  rc=0
  unshare --net bash "${BASH_SOURCE[0]}" inside || rc=$?
  exit "$rc"
fi
nft -f - <<'NFT'
table inet guard {
  set merged {
    type ipv4_addr
    flags interval, timeout
    auto-merge
  }
  set single {
    type ipv4_addr
    flags timeout
  }
}
NFT
bad=0
check() {
  if [ "$2" = "$3" ]; then echo "as noted  $1: $2"; else echo "CHANGED   $1: $2, was $3"; bad=1; fi
}
ban() { nft add element inet guard "$1" "{ $2 }"; }
# What a set holds, without what is left of each time.
held() { nft list set inet guard "$1" | tr -d '\n\t' | sed 's/.*elements = {\([^}]*\)}.*/\1/; s/ expires [^ ,}]*//g; s/^ *//; s/ *$//'; }
ban single '192.0.2.4 timeout 600s'
ban single '192.0.2.5 timeout 20s'
check 'two neighbours in a set without auto-merge' "$(held single)" '192.0.2.4 timeout 10m, 192.0.2.5 timeout 20s'
ban merged '192.0.2.4 timeout 600s'
ban merged '192.0.2.5 timeout 20s'
check '600 s, then 20 s for the next address' "$(held merged)" '192.0.2.4/31 timeout 20s'
rc=0
nft delete element inet guard merged '{ 192.0.2.4 }' 2>/dev/null || rc=$?
check 'exit status of deleting the first' "$rc" 1
nft flush set inet guard merged
ban merged '192.0.2.20 timeout 600s'
ban merged '192.0.2.21'
check '600 s, then the next address for good' "$(held merged)" '192.0.2.20/31'
exit "$bad"
