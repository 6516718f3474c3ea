#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rtpengine gives odd ports to RTP when rtcp-mux is required.
#
# Packages   Debian rtpengine-daemon 10.5.3.5-1+deb12u1 (user space only, on loopback; no service is started)
# Guess      RTP has an even port and RTCP the next one (RFC 3550 section 11). With rtcp-mux the second is merely not
#            used.
# Instead    With "rtcp-mux: require", as one offers to browsers, one port is taken in place of a pair, and about half
#            of the calls get an odd one. Without it, and with "offer", it is always even.
# Seen       2026-12-01: of 30 offers with "require" some odd, RTCP at the same; 30 with "offer" and 30 without: all
#            even, RTCP at the next.
# Matters    Firewall rules, QoS marks and captures that take even ports for media and odd ones for control miss half
#            of the browsers' calls: "every second call has no audio". A port range counted in pairs holds more such
#            calls than one thinks. What relays behind it must not refuse an odd port, nor make it even.
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
  : Array.isArray(value) ? `l${value.map(bencode).join('')}e`
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
const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 40000 RTP/AVP 0', ''].join('\r\n');
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const port = await freePort();
  const daemon = spawn('rtpengine', ['--table=-1', '--foreground', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`, '--num-threads=1', '--log-level=1', '--log-stderr',
    '--config-file=none'], { stdio: 'ignore' });
  const ended = new Promise((done) => daemon.once('exit', done));
  for (let i = 0; i < 15 && !(await ask(port, { command: 'ping' })).includes('pong'); i++) await wait(100);
  // Media ports of 30 offers: how many are odd, and what RTCP's port is.
  const offered = async (mux) => {
    const ports = [];
    for (let i = 0; i < 30; i++) {
      const reply = await ask(port, { 'call-id': `${mux}-${i}`, 'from-tag': 'a', command: 'offer', sdp, ...(mux && { 'rtcp-mux': [mux] }) });
      ports.push({ rtp: Number(/m=audio (\d+)/.exec(reply)[1]), rtcp: Number(/a=rtcp:(\d+)/.exec(reply)[1]) });
    }
    const odd = ports.filter(({ rtp }) => rtp % 2).length;
    return `${odd ? 'some odd' : 'all even'}, RTCP at ${[...new Set(ports.map(({ rtp, rtcp }) => (rtcp === rtp ? 'the same' : `${rtcp - rtp} more`)))].join(' ')}`;
  };
  check('without rtcp-mux', await offered(''), 'all even, RTCP at 1 more');
  check('rtcp-mux offered', await offered('offer'), 'all even, RTCP at 1 more');
  check('rtcp-mux required', await offered('require'), 'some odd, RTCP at the same');
  daemon.kill();
  await Promise.race([ended, wait(5000)]);
  if (daemon.exitCode === null) daemon.kill('SIGKILL');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
