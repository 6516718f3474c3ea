#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIPp's [next_url] is not a URI when the Contact has a display name.
#
# Packages   Debian sip-tester 1:3.6.1-1+b2 (SIPp; node from the machine or from Debian)
# Guess      After <recv ... rrs="true"> [next_url] is the URI of the Contact, as it is for <sip:bob@...>;expires=60.
# Instead    Contact: "Bob" <sip:bob@...> makes the request line: BYE "Bob" <sip:bob@...> SIP/2.0.
# Seen       2026-12-01: BYE sip:bob@127.0.0.1:PORT for <sip:bob@...>, also with ;expires or +sip.instance behind it;
#            BYE "Bob" <sip:bob@127.0.0.1:PORT> for "Bob" <sip:bob@...>.
# Matters    A test call against a phone or SBC that names itself (many do) ends with 400 from the balancer, or
#            leaves the call up, and the balancer is blamed. Use the Contact's URI by <ereg> instead, and look at the
#            first BYE of a new scenario.
set -euo pipefail
wanted='sip-tester=1:3.6.1-1+b2'
if [ "$(dpkg-query -W -f '${Version}' sip-tester 2>/dev/null || true)" != "${wanted#*=}" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$wanted" >/dev/null
fi
command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
cat >answer.xml <<'XML'
<?xml version="1.0"?>
<scenario name="answer">
<recv request="INVITE" rrs="true"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=2
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Length: 0

]]></send>
<pause milliseconds="100"/>
<send><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:alice@example.com>;tag=2
To: <sip:bob@example.com>;tag=1
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
XML
cat >run.js <<'JS'
const dgram = require('dgram');
const { spawn } = require('child_process');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const bound = () => new Promise((done) => { const s = dgram.createSocket('udp4'); s.bind(0, '127.0.0.1', () => done(s)); });
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
// The BYE that SIPp sends into a dialog with this Contact.
async function bye(contact) {
  const free = await bound();
  const { port } = free.address();
  await new Promise((done) => free.close(done));
  const socket = await bound();
  const me = socket.address().port;
  const sipp = spawn('sipp', [`127.0.0.1:${me}`, '-i', '127.0.0.1', '-p', String(port), '-sf', 'answer.xml', '-m', '1', '-nostdin', '-timeout', '9'], { stdio: 'ignore' });
  const ended = new Promise((done) => sipp.once('exit', done));
  let message = '';
  socket.on('message', (m) => { if (m.toString().startsWith('BYE')) message = m.toString(); });
  const put = (text) => text.replaceAll('PORT', String(me));
  const invite = ['INVITE sip:alice@127.0.0.1 SIP/2.0', `Via: SIP/2.0/UDP 127.0.0.1:${me};branch=z9hG4bK1`, 'Max-Forwards: 70', 'From: <sip:bob@example.com>;tag=1',
    'To: <sip:alice@example.com>', `Call-ID: ${me}`, 'CSeq: 1 INVITE', `Contact: ${put(contact)}`, 'Content-Length: 0', '', ''].join('\r\n');
  for (let i = 0; i < 40 && !message; i++) {
    if (i % 5 === 0) socket.send(invite, port, '127.0.0.1');
    await wait(100);
  }
  sipp.kill('SIGKILL');
  await ended;
  socket.close();
  return message.replaceAll(String(me), 'PORT');
}
const firstLine = (m) => m.split('\r\n')[0];
(async () => {
  check('a bare Contact', firstLine(await bye('<sip:bob@127.0.0.1:PORT>;expires=60')), 'BYE sip:bob@127.0.0.1:PORT SIP/2.0');
  check('a Contact with a name in quotes', firstLine(await bye('"Bob" <sip:bob@127.0.0.1:PORT>')), 'BYE "Bob" <sip:bob@127.0.0.1:PORT> SIP/2.0');
  check('a Contact with a name', firstLine(await bye('Bob <sip:bob@127.0.0.1:PORT>')), 'BYE Bob <sip:bob@127.0.0.1:PORT> SIP/2.0');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 55 node run.js
