#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# drachtio-srf and sip read "[2001" as the host of an IPv6 Via, and find neither its port nor its branch.
#
# Packages   npm drachtio-srf 5.0.29, npm sip 0.0.6 (node from the machine or from Debian)
# Guess      getParsedHeader('via') has the host [2001:db8::1], the port and the parameters, or there is an error.
# Instead    The host is "[2001" and everything behind it, port, branch and rport, is gone without an error. An IPv6
#            address in received is cut to "2001".
# Seen       2026-12-01: host "[2001", no port, no branch; received "2001"; the IPv4 Via is read right.
# Matters    An application server that logs, counts or allows by Via sees one and the same "host" for all IPv6 peers
#            and no branch. Talking IPv4 to it does not help: the client's Via, or the received in it, is still IPv6.
#            A balancer gives such applications the caller's address in a header of its own.
set -euo pipefail
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts drachtio-srf@5.0.29 sip@0.0.6 >/dev/null
cat >run.js <<'JS'
const { SipMessage } = require('drachtio-srf');
const sip = require('sip');
const text = (via) => ['INVITE sip:bob@example.com SIP/2.0', `Via: ${via}`, 'Max-Forwards: 70', 'From: <sip:alice@example.com>;tag=1',
  'To: <sip:bob@example.com>', 'Call-ID: 1', 'CSeq: 1 INVITE', 'Content-Length: 0', '', ''].join('\r\n');
let bad = 0;
const check = (what, got, wanted) => { const same = String(got) === wanted; console.log(`${same ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (!same) bad++; };
const drachtio = (via) => new SipMessage(text(via));
const plain = (via) => sip.parse(text(via)).headers.via[0];
for (const [name, read] of [['drachtio-srf', (via) => drachtio(via).getParsedHeader('via')[0]], ['sip', plain]]) {
  const v4 = read('SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1');
  check(`${name}, IPv4 Via`, `${v4.host} ${v4.port} ${v4.params.branch}`, '192.0.2.1 5062 z9hG4bK1');
  const v6 = read('SIP/2.0/UDP [2001:db8::1]:5062;branch=z9hG4bK1;rport');
  check(`${name}, IPv6 Via`, `${v6.host} ${v6.port} ${v6.params.branch}`, '[2001 undefined undefined');
  check(`${name}, received`, read('SIP/2.0/WSS abc.invalid;branch=z9hG4bK1;received=2001:db8::9').params.received, '2001');
}
process.exit(bad ? 1 : 0);
JS
node run.js
