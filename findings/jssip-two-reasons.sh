#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JsSIP understands a Reason header with one value; with two it understands none of them.
#
# Packages   npm jssip 3.13.8 (node from the machine or from Debian)
# Guess      "Reason: SIP;cause=200;text=..., Q.850;cause=16" (a list, RFC 3326 section 2) gives the first value, or
#            both.
# Instead    parseHeader('reason') gives undefined. Two Reason lines, one value each, give the first.
# Seen       2026-12-01: one value: protocol sip, cause 200; two in one line: undefined; on two lines: sip 200.
# Matters    A call that another phone took is cancelled with "SIP;cause=200;text="Call completed elsewhere"" (RFC
#            3326, section 3.1); when a Q.850 value is joined to it, a browser client that goes by it shows a missed
#            call. What adds a Reason of its own to one that is there, or joins header lines, takes that away from
#            it: one value per line, the SIP one first.
set -euo pipefail
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts jssip@3.13.8 >/dev/null
cat >run.js <<'JS'
const { parseMessage } = require('jssip/lib/Parser');
const elsewhere = 'Reason: SIP;cause=200;text="Call completed elsewhere"';
const cancel = (...reasons) => ['CANCEL sip:alice@192.0.2.1 SIP/2.0', 'Via: SIP/2.0/WS 192.0.2.2;branch=z9hG4bK1', 'Max-Forwards: 70', 'From: <sip:bob@example.com>;tag=1',
  'To: <sip:alice@example.com>', 'Call-ID: 1', 'CSeq: 1 CANCEL', ...reasons, 'Content-Length: 0', '', ''].join('\r\n');
let bad = 0;
function check(what, wanted, ...reasons) {
  const reason = parseMessage(cancel(...reasons), {}).parseHeader('reason');
  const got = reason === undefined ? 'undefined' : `${reason.protocol} ${reason.cause}`;
  console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`);
  if (got !== wanted) bad++;
}
check('one value', 'sip 200', elsewhere);
check('two values in one line', 'undefined', elsewhere + ', Q.850;cause=16');
check('two lines', 'sip 200', elsewhere, 'Reason: Q.850;cause=16');
process.exit(bad ? 1 : 0);
JS
node run.js
