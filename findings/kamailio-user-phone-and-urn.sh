#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In Kamailio ;user=phone behind the host changes what $rU, $fU and $tU are; an emergency URN has a user "service".
#
# Packages   Debian kamailio 5.6.3-2 (unpacked, not installed; node from the machine or from Debian)
# Guess      $rU is the user part of the URI: of sip:+15551234;npdi;rn=+15550000@example.com;user=phone the whole
#            between "sip:" and "@". For urn:service:sos.fire $rU and $rd are null.
# Instead    With user=phone it ends at the first ";", without it it does not. $fU and $tU the same.
#            urn:service:sos.fire has $rU "service" and $rd "sos.fire".
# Seen       2026-12-01: without user=phone +15551234;npdi;rn=+15550000, with it +15551234; URN: $rU=service,
#            $rd=sos.fire.
# Matters    Who moves number rules or CDRs from Kamailio to another balancer meets both readings: "^\+1555....$"
#            matches a number with portability data (RFC 4694) or a trunk group (RFC 4904) from one carrier and not
#            from the next, which leaves user=phone out. An emergency call falls into the rules for users, and a
#            relay looks up the host "sos.fire".
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
debug=0
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
loadmodule "textops.so"
request_route {
  append_to_reply("X-Seen: $fU $tU $rU $rd\\r\\n");
  sl_send_reply("200", "OK");
}
`);
  const kamailio = spawn('root/usr/sbin/kamailio', ['-f', 'kamailio.cfg', '-DD', '-E', '-m', '16', '-M', '4', '-Y', process.cwd(), '-P', path.resolve('pid')], { stdio: 'ignore' });
  const ended = new Promise((done) => kamailio.once('exit', done));
  let calls = 0;
  const seen = async (uri, ms) => {
    const socket = dgram.createSocket('udp4');
    await new Promise((done) => socket.bind(0, '127.0.0.1', done));
    const answer = new Promise((done) => { socket.on('message', (m) => done((/^X-Seen: (.*)$/m.exec(m.toString()) || ['', ''])[1].trim())); setTimeout(() => done(''), ms); });
    socket.send([`OPTIONS ${uri} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${socket.address().port};branch=z9hG4bK${++calls}`, 'Max-Forwards: 70', `From: <${uri.startsWith('urn') ? 'sip:alice@example.com' : uri}>;tag=1`,
      `To: <${uri}>`, `Call-ID: ${calls}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'), port, '127.0.0.1');
    const line = await answer;
    socket.close();
    return line;
  };
  for (let i = 0; i < 50 && !(await seen('sip:alice@example.com', 200)); i++) await wait(100);
  check('$fU $tU $rU $rd of a plain user', await seen('sip:+15551234@example.com', 2000), '+15551234 +15551234 +15551234 example.com');
  check('the same with parameters', await seen('sip:+15551234;npdi;rn=+15550000@example.com', 2000), '+15551234;npdi;rn=+15550000 +15551234;npdi;rn=+15550000 +15551234;npdi;rn=+15550000 example.com');
  check('the same and user=phone', await seen('sip:+15551234;npdi;rn=+15550000@example.com;user=phone', 2000), '+15551234 +15551234 +15551234 example.com');
  check('the same of an emergency URN, From sip:alice', await seen('urn:service:sos.fire', 2000), 'alice service service sos.fire');
  kamailio.kill();
  await ended;
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
