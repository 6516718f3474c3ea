#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sdp-transform does not give back the SDP it was given: parse and write lose a media line, versions and fingerprints.
#
# Packages   npm sdp-transform 3.0.0 (in mediasoup, Janus and many WebRTC gateways; node from the machine or from
#            Debian)
# Guess      write(parse(sdp)) says the same as sdp; what the library does not know is kept as it is.
# Instead    "m=audio 40000/2 RTP/AVP 0" (a port count, RFC 4566 section 5.14) becomes "m=undefined NaN undefined".
#            The version in o= is a JavaScript number: above 2^53 two versions that follow each other become the same
#            one. Of two a=fingerprint lines (RFC 8122 section 5) the first is dropped, here the SHA-256 one.
# Seen       2026-12-01: the three above; sess-id, which is kept as text, stays exact.
# Matters    With the same version a re-INVITE looks like a repetition (RFC 3264 section 8) and a hold, a codec
#            change or an ICE restart does not happen; DTLS fails on the fingerprint that is left. What stands beside
#            such a gateway keeps o= versions small (32 bits), writes no port count, and one fingerprint, the strong
#            one last.
set -euo pipefail
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts sdp-transform@3.0.0 >/dev/null
cat >run.mjs <<'JS'
import * as loaded from 'sdp-transform';
const { parse, write } = loaded.parse ? loaded : loaded.default;
const through = (version, media, ...more) => write(parse(['v=0', `o=- 18446744073709551615 ${version} IN IP4 192.0.2.1`, 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', media,
  'a=rtpmap:0 PCMU/8000', ...more, ''].join('\r\n'))).split('\r\n');
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
const origin = (version) => through(version, 'm=audio 40000 RTP/AVP 0')[1];
check('o= with a small version', origin('3'), 'o=- 18446744073709551615 3 IN IP4 192.0.2.1');
check('o= with version 16045690984503098046', origin('16045690984503098046'), 'o=- 18446744073709551615 16045690984503097000 IN IP4 192.0.2.1');
check('the next version differs from it', String(origin('16045690984503098047') !== origin('16045690984503098046')), 'false');
check('m= with a port', through('1', 'm=audio 40000 RTP/AVP 0').find((l) => l.startsWith('m=')), 'm=audio 40000 RTP/AVP 0');
check('m= with a port count', through('1', 'm=audio 40000/2 RTP/AVP 0').find((l) => l.startsWith('m=')), 'm=undefined NaN undefined ');
check('two fingerprints', through('1', 'm=audio 40000 UDP/TLS/RTP/SAVP 0', 'a=fingerprint:sha-256 AA:BB', 'a=fingerprint:sha-1 CC:DD').filter((l) => l.startsWith('a=fingerprint')).join(' '),
  'a=fingerprint:sha-1 CC:DD');
process.exit(bad ? 1 : 0);
JS
node run.mjs
