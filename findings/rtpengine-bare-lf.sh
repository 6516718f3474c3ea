#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rtpengine writes a line that ends in LF alone into the SDP when it meets media that it does not relay.
#
# Packages   Debian rtpengine-daemon 10.5.3.5-1+deb12u1 (user space only, on loopback; no service is started)
# Guess      A medium it does not relay (MSRP, RFC 4975) passes through as it is, and every line ends in CRLF (RFC
#            4566 section 5).
# Instead    The medium gets a c= line with the sender's address (the session's c= now is rtpengine's), and that line
#            ends in LF alone, between lines that end in CRLF.
# Seen       2026-12-01: "m=message 2855 TCP/MSRP *" CRLF "c=IN IP4 192.0.2.7" LF "a=accept-types:text/plain" CRLF;
#            with audio, or audio and BFCP, no LF.
# Matters    A call with a chat beside it (MSRP): an SDP reader that splits at CRLF sees the next attribute as part
#            of the address and refuses or loses the whole medium. Whatever reads SDP behind rtpengine must take LF
#            as an end of line in the middle of CRLF ones, and what hides addresses must look at the c= of every
#            medium: here the private one is in clear.
set -euo pipefail
wanted='rtpengine-daemon=10.5.3.5-1+deb12u1'
if [ "$(dpkg-query -W -f '${Version}' rtpengine-daemon 2>/dev/null || true)" != "${wanted#*=}" ]; then
  policy=/usr/sbin/policy-rc.d
  made=
  if [ ! -e "$policy" ]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get update -qq
  rc=0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$wanted" >/dev/null || rc=$?
  [ -z "$made" ] || rm -f -- "$policy"
  [ "$rc" = 0 ] || exit "$rc"
fi
command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
cat >run.js <<'JS'
const dgram = require('dgram');
const { spawn } = require('child_process');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const bencode = (value) => (typeof value === 'string' ? `${Buffer.byteLength(value)}:${value}`
  : 'd' + Object.keys(value).sort().map((key) => bencode(key) + bencode(value[key])).join('') + 'e');
const freePort = () => new Promise((done) => { const s = dgram.createSocket('udp4'); s.bind(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
let cookies = 0;
function ask(port, command) {
  const socket = dgram.createSocket('udp4');
  return new Promise((done) => {
    const timer = setTimeout(() => { socket.close(); done(''); }, 1000);
    socket.on('message', (m) => { clearTimeout(timer); socket.close(); done(m.toString()); });
    socket.send(`${++cookies} ${bencode(command)}`, port, '127.0.0.1');
  });
}
const sdp = (...media) => ['v=0', 'o=- 1 1 IN IP4 192.0.2.7', 's=-', 'c=IN IP4 192.0.2.7', 't=0 0', ...media, ''].join('\r\n');
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const port = await freePort();
  const daemon = spawn('rtpengine', ['--table=-1', '--foreground', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`, '--num-threads=1', '--log-level=1', '--log-stderr',
    '--config-file=none'], { stdio: 'ignore' });
  const ended = new Promise((done) => daemon.once('exit', done));
  for (let i = 0; i < 15 && !(await ask(port, { command: 'ping' })).includes('pong'); i++) await wait(100);
  const offered = (id, ...media) => ask(port, { 'call-id': id, 'from-tag': 'a', command: 'offer', sdp: sdp(...media) });
  const audio = ['m=audio 40000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'];
  const bare = (reply) => (reply.match(/[^\r\n]*(?<!\r)\n[^\r\n]*/g) || []).map((l) => JSON.stringify(l)).join(' ');
  check('audio alone, lines with a bare LF', bare(await offered('1', ...audio)), '');
  check('audio and BFCP', bare(await offered('2', ...audio, 'm=application 5070 UDP/BFCP *', 'a=floorctrl:c-s')), '');
  check('audio and MSRP', bare(await offered('3', ...audio, 'm=message 2855 TCP/MSRP *', 'a=accept-types:text/plain')), '"c=IN IP4 192.0.2.7\\na=accept-types:text/plain"');
  daemon.kill();
  await Promise.race([ended, wait(5000)]);
  if (daemon.exitCode === null) daemon.kill('SIGKILL');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
