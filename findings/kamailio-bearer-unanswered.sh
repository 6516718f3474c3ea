#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kamailio's sanity_check() does not let a request with Bearer credentials pass, and does not answer it either.
#
# Packages   Debian kamailio 5.6.3-2 (unpacked, not installed; node from the machine or from Debian)
# Guess      sanity_check() answers with a 400 where a header is broken and lets valid requests pass. "Authorization:
#            Bearer ..." is valid (RFC 8898), as is any scheme (RFC 3261 section 25.1, other-response).
# Instead    Every scheme but Digest fails the check, without an answer and without a line above debug level: the
#            usual "if (!sanity_check()) exit;" makes the request vanish. A Digest header with fields missing does
#            get its 400.
# Seen       2026-12-01: no credentials 200; Digest with realm only "400 Bad Auth Credentials"; Bearer: nothing in 1
#            s; sanity_check("17895", "7"), as in the example configuration, passes Bearer: 200.
# Matters    The phone repeats its REGISTER for 32 s and shows a dead server; the balancer before such a Kamailio
#            counts a dead backend. Trying out token logins (RFC 8898) behind it needs the check's flag 2048 taken
#            out first.
set -euo pipefail
command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
apt-get download -qq kamailio=5.6.3-2 >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq kamailio=5.6.3-2 >/dev/null 2>&1; }
dpkg -x kamailio_5.6.3-2_*.deb root
cat >run.js <<'JS'
const dgram = require('dgram');
const fs = require('fs');
const path = require('path');
const { spawn } = require('child_process');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () => new Promise((done) => { const s = dgram.createSocket('udp4'); s.bind(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
const modules = path.resolve('root/usr/lib');
const folder = fs.readdirSync(modules).map((d) => path.join(modules, d, 'kamailio/modules/')).find((d) => fs.existsSync(d));
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const port = await freePort();
  fs.writeFileSync('kamailio.cfg', `#!KAMAILIO
debug=2
log_stderror=yes
children=1
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:127.0.0.1:${port}
mpath="${folder}"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "sanity.so"
request_route {
  if ($rU == "example") {
    if (!sanity_check("17895", "7")) exit;
  } else {
    if (!sanity_check()) exit;
  }
  sl_send_reply("200", "OK");
}
`);
  const kamailio = spawn('root/usr/sbin/kamailio', ['-f', 'kamailio.cfg', '-DD', '-E', '-m', '16', '-M', '4', '-Y', process.cwd(), '-P', path.resolve('pid')], { stdio: ['ignore', 'ignore', fs.openSync('log', 'w')] });
  const ended = new Promise((done) => kamailio.once('exit', done));
  let calls = 0;
  const status = async (user, ms, ...more) => {
    const socket = dgram.createSocket('udp4');
    await new Promise((done) => socket.bind(0, '127.0.0.1', done));
    const answer = new Promise((done) => { socket.on('message', (m) => done(m.toString().split('\r\n')[0])); setTimeout(() => done('nothing'), ms); });
    socket.send([`REGISTER sip:${user}@127.0.0.1:${port} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK${++calls}`, 'Max-Forwards: 70', 'From: <sip:alice@example.com>;tag=1',
      'To: <sip:alice@example.com>', `Call-ID: ${calls}`, 'CSeq: 1 REGISTER', ...more, 'Content-Length: 0', '', ''].join('\r\n'), port, '127.0.0.1');
    const line = await answer;
    socket.close();
    return line;
  };
  for (let i = 0; i < 50 && (await status('plain', 200)) === 'nothing'; i++) await wait(100);
  check('no credentials', await status('plain', 2000), 'SIP/2.0 200 OK');
  check('Digest with fields missing', await status('plain', 2000, 'Authorization: Digest username="alice", realm="example.com"'), 'SIP/2.0 400 Bad Auth Credentials');
  check('Bearer', await status('plain', 1000, 'Authorization: Bearer abc'), 'nothing');
  check('Bearer, flags of the example configuration', await status('example', 2000, 'Authorization: Bearer abc'), 'SIP/2.0 200 OK');
  check('lines in the log that say Bearer, digest or sanity', String((fs.readFileSync('log', 'utf8').match(/(WARNING|ERROR|NOTICE|INFO).*(bearer|digest|credential)/gi) || []).length), '0');
  kamailio.kill();
  await ended;
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
