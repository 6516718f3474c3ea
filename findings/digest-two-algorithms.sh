#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A 401 that offers SHA-256 and MD5 locks out some phone in either order, and one phone in both.
#
# Packages   Debian sip-tester 1:3.6.1-1+b2 (SIPp), baresip-core 1.0.0-4+b3; npm jssip 3.13.8, sip.js 0.21.2
# Guess      A phone takes of several WWW-Authenticate headers the first whose algorithm it knows (RFC 8760 section
#            2.4, RFC 7616 section 3.7), so adding SHA-256 above MD5 is safe for phones that know MD5 only.
# Instead    SIPp looks at the first header alone, JsSIP and SIP.js at the last alone, and baresip gives up when any
#            of them is an algorithm that it does not know.
# Seen       2026-12-01:            SHA-256 alone   SHA-256, MD5   MD5, SHA-256   MD5 alone
#            SIPp                        no              no            yes           yes
#            JsSIP, SIP.js               no              yes           no            yes
#            baresip                     no              no            no            yes
# Matters    No order of the two suits everybody: a registrar that has old phones or test tools before it offers MD5
#            alone, or chooses the list by listener or by User-Agent. "Every phone knows MD5" is not enough.
set -euo pipefail
wanted='sip-tester=1:3.6.1-1+b2 baresip-core=1.0.0-4+b3'
for package in $wanted; do
  [ "$(dpkg-query -W -f '${Version}' "${package%%=*}" 2>/dev/null || true)" = "${package#*=}" ] && continue
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
  break
done
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts jssip@3.13.8 sip.js@0.21.2 >/dev/null
cat >register.xml <<'XML'
<?xml version="1.0"?>
<scenario name="register">
<send><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:alice@example.com>;tag=[call_number]
To: <sip:alice@example.com>
Call-ID: [call_id]
CSeq: 1 REGISTER
Contact: <sip:alice@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="401" auth="true"/>
<send><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:alice@example.com>;tag=[call_number]
To: <sip:alice@example.com>
Call-ID: [call_id]
CSeq: 2 REGISTER
Contact: <sip:alice@[local_ip]:[local_port]>
Max-Forwards: 70
[authentication username=alice password=secret]
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>
XML
cat >run.js <<'JS'
const dgram = require('dgram');
const fs = require('fs');
const { spawn } = require('child_process');
const JsSIP = require('jssip');
let SIP; // an ES module: loaded below, for node 18
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const unused = () => {};
const sha = 'WWW-Authenticate: Digest realm="example.com", nonce="n1", algorithm=SHA-256, qop="auth"';
const md5 = 'WWW-Authenticate: Digest realm="example.com", nonce="n2", algorithm=MD5, qop="auth"';
const offers = { 'SHA-256': [sha], 'SHA-256, MD5': [sha, md5], 'MD5, SHA-256': [md5, sha], MD5: [md5] };
const line = (message, name) => message.split('\r\n').find((l) => l.startsWith(name + ':'));
// 401 to a REGISTER without credentials, 200 to one with; `heard` becomes true with the first that has some.
function answer(message, offer, state) {
  if (!message.startsWith('REGISTER')) return null;
  const credentials = line(message, 'Authorization');
  if (credentials) state.heard = true;
  return [credentials ? 'SIP/2.0 200 OK' : 'SIP/2.0 401 Unauthorized', line(message, 'Via'), line(message, 'From'), line(message, 'To') + ';tag=2',
    line(message, 'Call-ID'), line(message, 'CSeq'), ...(credentials ? [line(message, 'Contact') + ';expires=600'] : offer),
    'Content-Length: 0', '', ''].join('\r\n');
}
async function browser(offer, make) {
  const state = { heard: false };
  await make((message) => answer(message, offer, state));
  await wait(200);
  return state.heard;
}
const jssip = async (reply) => {
  const socket = { via_transport: 'WS', url: 'ws://127.0.0.1', sip_uri: 'sip:127.0.0.1;transport=ws', connect() { setTimeout(() => this.onconnect(), 0); },
    disconnect: unused, isConnected: () => true, isConnecting: () => false,
    send(m) { const back = reply(m); if (back) setTimeout(() => this.ondata(back), 0); return true; } };
  new JsSIP.UA({ sockets: [socket], uri: 'sip:alice@example.com', password: 'secret' }).start();
};
const sipjs = async (reply) => {
  let ua;
  class Transport {
    constructor() { this.protocol = 'WS'; this.state = 'Disconnected'; this.stateChange = { addListener: unused, removeListener: unused }; }
    connect() { this.state = 'Connected'; this.onConnect(); return Promise.resolve(); }
    disconnect() { return Promise.resolve(); }
    dispose() { return Promise.resolve(); }
    isConnected() { return true; }
    send(m) { const back = reply(m); if (back) setTimeout(() => ua.transport.onMessage(back), 0); return Promise.resolve(); }
  }
  ua = new SIP.UserAgent({ uri: SIP.UserAgent.makeURI('sip:alice@example.com'), transportConstructor: Transport, logBuiltinEnabled: false,
    authorizationUsername: 'alice', authorizationPassword: 'secret' });
  await ua.start();
  await new SIP.Registerer(ua).register();
};
async function phone(offer, command) {
  const state = { heard: false };
  const server = dgram.createSocket('udp4');
  server.on('message', (m, from) => { const back = answer(m.toString(), offer, state); if (back) server.send(back, from.port, from.address); });
  await new Promise((done) => server.bind(0, '127.0.0.1', done));
  const [program, ...args] = command(server.address().port);
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  for (let i = 0; i < 30 && !state.heard && child.exitCode === null; i++) await wait(100);
  await wait(100);
  child.kill('SIGKILL');
  await ended;
  server.close();
  return state.heard;
}
const sipp = (port) => ['sipp', `127.0.0.1:${port}`, '-i', '127.0.0.1', '-sf', 'register.xml', '-m', '1', '-nostdin', '-timeout', '3'];
const baresip = (port) => {
  fs.mkdirSync('baresip', { recursive: true });
  fs.writeFileSync('baresip/config', 'module_path /usr/lib/baresip/modules\nmodule g711.so\nmodule account.so\nsip_listen 127.0.0.1:0\n');
  fs.writeFileSync('baresip/accounts', `<sip:alice@127.0.0.1:${port}>;auth_pass=secret;regint=60\n`);
  return ['baresip', '-f', 'baresip', '-t', '3'];
};
(async () => {
  SIP = await import('sip.js');
  const noted = { SIPp: [0, 0, 1, 1], JsSIP: [0, 1, 0, 1], 'SIP.js': [0, 1, 0, 1], baresip: [0, 0, 0, 1] };
  const tries = { SIPp: (o) => phone(o, sipp), JsSIP: (o) => browser(o, jssip), 'SIP.js': (o) => browser(o, sipjs), baresip: (o) => phone(o, baresip) };
  let bad = 0;
  for (const [name, attempt] of Object.entries(tries)) {
    let i = 0;
    for (const [offered, headers] of Object.entries(offers)) {
      const heard = await attempt(headers);
      const same = heard === !!noted[name][i++];
      console.log(`${same ? 'as noted' : 'CHANGED '}  ${name}, offered ${offered}: ${heard ? 'answers' : 'gives up'}`);
      if (!same) bad++;
    }
  }
  process.exit(bad ? 1 : 0);
})();
JS
timeout 55 node run.js
