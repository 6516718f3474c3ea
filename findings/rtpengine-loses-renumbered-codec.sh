#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rtpengine drops a codec from the answer when the answerer gave it another number than the offer, telephone-event
# first of all.
#
# Packages   Debian rtpengine-daemon 10.5.3.5-1+deb12u1 (user space only, on loopback; no service is started)
# Guess      Payload numbers belong to one direction (RFC 3264 section 6.1 only advises to keep them): an answer may
#            say 96 for the telephone-event that was offered as 101. rtpengine hands that on as it came, or puts the
#            offer's number back.
# Instead    Where one codec of the answer has the number of the offer, each that has another is taken out of the
#            answer without a word. Where none has, the first is kept, with the offer's number, and the rest is taken
#            out.
# Seen       2026-12-01   offer 0 PCMU, 101 telephone-event; answer 0, 96 telephone-event        ->  0
#                         offer 96 opus, 8 PCMA;             answer 111 opus, 8                  ->  8
#                         offer 96 opus, 101 telephone-event; answer 111, 101                    ->  101
#                         offer 96 opus, 8 PCMA;             answer 111 opus                     ->  96
# Matters    A call without DTMF, or one that falls back to PCMA, while both phones say that they agreed. What stands
#            before rtpengine should put the offer's numbers into an answer first; a relay of one's own has to map
#            numbers per direction, telephone-event included.
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
const sdp = (codecs) => ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio 40000 RTP/AVP ${codecs.map((c) => c.split(' ')[0]).join(' ')}`,
  ...codecs.map((c) => `a=rtpmap:${c}`), ''].join('\r\n');
const numbers = (reply) => (/m=audio \d+ RTP\/AVP ([\d ]+)/.exec(reply) || [])[1];
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const port = await freePort();
  const daemon = spawn('rtpengine', ['--table=-1', '--foreground', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${port}`, '--num-threads=1', '--log-level=1', '--log-stderr',
    '--config-file=none'], { stdio: 'ignore' });
  const ended = new Promise((done) => daemon.once('exit', done));
  for (let i = 0; i < 15 && !(await ask(port, { command: 'ping' })).includes('pong'); i++) await wait(100);
  let calls = 0;
  const answered = async (offer, answer, wanted) => {
    const call = { 'call-id': String(++calls), 'from-tag': 'a' };
    await ask(port, { ...call, command: 'offer', sdp: sdp(offer) });
    check(`offer ${offer.join(', ')}; answer ${answer.join(', ')}`, numbers(await ask(port, { ...call, command: 'answer', 'to-tag': 'b', sdp: sdp(answer) })), wanted);
  };
  const [pcmu, pcma, opus, event] = ['0 PCMU/8000', '8 PCMA/8000', '96 opus/48000/2', '101 telephone-event/8000'];
  await answered([pcmu, event], [pcmu, event], '0 101');
  await answered([pcmu, event], [pcmu, '96 telephone-event/8000'], '0');
  await answered([opus, pcma], ['111 opus/48000/2', pcma], '8');
  await answered([opus, event], ['111 opus/48000/2', event], '101');
  await answered([opus, pcma], ['111 opus/48000/2'], '96');
  daemon.kill();
  await Promise.race([ended, wait(5000)]);
  if (daemon.exitCode === null) daemon.kill('SIGKILL');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
