#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kamailio's own answers carry the sender's "received" on the wrong Via when the Vias came in one line.
#
# Packages   Debian kamailio 5.6.3-2 (unpacked, not installed; node from the machine or from Debian)
# Guess      received and rport go into the topmost Via (RFC 3261 section 18.2.1), whether it stands alone on its
#            line or not.
# Instead    In answers that Kamailio makes itself, stateless or by a transaction, rport is filled in at the first
#            Via, but ";received=..." is written at the end of the line: it belongs to the last Via of the list. In
#            requests that it forwards both are right.
# Seen       2026-12-01: Via: SIP/2.0/UDP 127.0.0.1:P;rport=P;branch=z9hG4bK1, SIP/2.0/UDP
#            192.0.2.2;branch=z9hG4bK2;received=127.0.0.1
# Matters    The answer goes back by that: the next proxy takes its Via off and, by section 18.2.2, sends to the
#            received of what is left: to itself or to a stranger instead of 192.0.2.2. All 100, 401, 407, 404 and 408
#            of that Kamailio are lost, while answers from behind it arrive. jain-sip writes Vias that way. A balancer
#            before Kamailio puts its own Via on a line of its own, then only that line is touched; and one that joins
#            header lines breaks what worked.
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
const bound = () => new Promise((done) => { const s = dgram.createSocket('udp4'); s.bind(0, '127.0.0.1', () => done(s)); });
const modules = path.resolve('root/usr/lib');
const folder = fs.readdirSync(modules).map((d) => path.join(modules, d, 'kamailio/modules/')).find((d) => fs.existsSync(d));
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const free = await bound();
  const { port } = free.address();
  await new Promise((done) => free.close(done));
  const next = await bound();
  const phone = await bound();
  const me = phone.address().port;
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
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
request_route {
  if ($rU == "stateless") {
    sl_send_reply("404", "Not Found");
  } else if ($rU == "transaction") {
    t_newtran();
    t_reply("404", "Not Found");
  } else {
    $du = "sip:127.0.0.1:${next.address().port}";
    t_relay();
  }
}
`);
  const kamailio = spawn('root/usr/sbin/kamailio', ['-f', 'kamailio.cfg', '-DD', '-E', '-m', '16', '-M', '4', '-Y', process.cwd(), '-P', path.resolve('pid')], { stdio: 'ignore' });
  const ended = new Promise((done) => kamailio.once('exit', done));
  let calls = 0;
  // The Via lines of the first message that comes, to us or to the next hop, with our port as P.
  const vias = async (user, listener, top, lines, ms = 2000) => {
    const heard = new Promise((done) => { listener.once('message', (m) => done(m.toString())); setTimeout(() => done(''), ms); });
    const list = [`SIP/2.0/UDP 127.0.0.1:${me};${top}branch=z9hG4bK${++calls}`, 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx'];
    phone.send([`OPTIONS sip:${user}@127.0.0.1:${port} SIP/2.0`, ...(lines ? list.map((v) => `Via: ${v}`) : [`Via: ${list.join(', ')}`]), 'Max-Forwards: 70', 'From: <sip:alice@example.com>;tag=1',
      'To: <sip:bob@example.com>', `Call-ID: ${calls}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'), port, '127.0.0.1');
    const message = await heard;
    listener.removeAllListeners('message');
    return message.split('\r\n').filter((l) => l.startsWith('Via:') && !l.includes(`:${port};`)).join(' | ').replaceAll(String(me), 'P').replaceAll(/z9hG4bK\d+/g, 'z9hG4bK1');
  };
  for (let i = 0; i < 50 && !(await vias('stateless', phone, 'rport;', true, 200)); i++) await wait(100);
  const second = 'SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKx';
  const wrong = `Via: SIP/2.0/UDP 127.0.0.1:P;rport=P;branch=z9hG4bK1, ${second};received=127.0.0.1`;
  check('answer, Vias on two lines', await vias('stateless', phone, 'rport;', true), `Via: SIP/2.0/UDP 127.0.0.1:P;rport=P;branch=z9hG4bK1;received=127.0.0.1 | Via: ${second}`);
  check('stateless answer, Vias in one line', await vias('stateless', phone, 'rport;', false), wrong);
  check('answer of a transaction, Vias in one line', await vias('transaction', phone, 'rport;', false), wrong);
  check('forwarded, Vias in one line', await vias('forwarded', next, 'rport;', false), `Via: SIP/2.0/UDP 127.0.0.1:P;received=127.0.0.1;rport=P;branch=z9hG4bK1, ${second}`);
  kamailio.kill();
  await ended;
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
