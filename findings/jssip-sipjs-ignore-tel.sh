#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JsSIP and SIP.js do not answer a message that has a tel: URI in From, To, Refer-To or Contact: they ignore it.
#
# Packages   npm jssip 3.13.8, npm sip.js 0.21.2 (node from the machine or from Debian)
# Guess      A call whose From is <tel:+15551234> rings (RFC 3261 section 20.20 and RFC 3966 allow it; IMS networks
#            send it), or is refused with a 4xx.
# Instead    No ring, no 100, no error response: the message is thrown away where its headers are parsed. The same
#            with tel: in To and Refer-To, and with a 302 whose Contact is a tel: URI: there the caller goes on
#            waiting.
# Seen       2026-12-01: sip: in From "100 180"; tel: in From, To, Refer-To: nothing sent; call answered by a 302 to
#            tel: is neither failed nor ended.
# Matters    To the server the browser looks dead: the INVITE is repeated for 32 s, then 408, and the browser is
#            blamed. What stands before browsers must write <sip:+15551234@domain;user=phone> for <tel:+15551234> on
#            their side, or refuse at once, and must not count such a silence as a lost connection.
set -euo pipefail
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts jssip@3.13.8 sip.js@0.21.2 >/dev/null
cat >run.js <<'JS'
global.window = global;
global.RTCPeerConnection = class { addEventListener() {} close() {} };
const JsSIP = require('jssip');
let SIP; // an ES module: loaded below, for node 18
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const valueOf = (message, name) => message.split('\r\n').find((l) => l.startsWith(name + ':')).slice(name.length + 2);
const unused = () => {};

// A WebSocket that goes nowhere: `sent` is what the browser said.
async function jssip(answer) {
  const socket = { via_transport: 'WS', url: 'ws://127.0.0.1', sip_uri: 'sip:127.0.0.1;transport=ws', sent: [],
    connect() { setTimeout(() => this.onconnect(), 0); }, disconnect: unused, isConnected: () => true, isConnecting: () => false,
    send(m) { this.sent.push(m); const back = answer && answer(m); if (back) setTimeout(() => this.ondata(back), 0); return true; } };
  const ua = new JsSIP.UA({ sockets: [socket], uri: 'sip:alice@example.com', register: false });
  ua.on('newRTCSession', unused);
  ua.start();
  await wait(50);
  return { sent: socket.sent, ua, receive: (m) => socket.ondata(m), target: ua.contact.uri.toString() };
}
async function sipjs(answer) {
  const sent = [];
  let ua;
  class Transport {
    constructor() { this.protocol = 'WS'; this.state = 'Disconnected'; this.stateChange = { addListener: unused, removeListener: unused }; }
    connect() { this.state = 'Connected'; this.onConnect(); return Promise.resolve(); }
    disconnect() { return Promise.resolve(); }
    dispose() { return Promise.resolve(); }
    isConnected() { return true; }
    send(m) { sent.push(m); const back = answer && answer(m); if (back) setTimeout(() => ua.transport.onMessage(back), 0); return Promise.resolve(); }
  }
  const sdp = () => ({ close: unused, hasDescription: () => true, setDescription: () => Promise.resolve(),
    getDescription: () => Promise.resolve({ body: 'v=0\r\n', contentType: 'application/sdp' }) });
  ua = new SIP.UserAgent({ uri: SIP.UserAgent.makeURI('sip:alice@example.com'), transportConstructor: Transport,
    sessionDescriptionHandlerFactory: sdp, logBuiltinEnabled: false, delegate: { onInvite: unused } });
  await ua.start();
  return { sent, ua, receive: (m) => ua.transport.onMessage(m), target: ua.contact.uri.toString() };
}
const statuses = (sent) => sent.map((m) => m.split(' ')[1]).join(' ');
const request = (target, method, { from = '<sip:bob@example.com>', to = '<sip:alice@example.com>', more = [] }) =>
  [`${method} ${target} SIP/2.0`, `Via: SIP/2.0/WS 192.0.2.1;branch=z9hG4bK${Math.random()}`, 'Max-Forwards: 70', `From: ${from};tag=1`,
    `To: ${to}`, `Call-ID: ${Math.random()}`, `CSeq: 1 ${method}`, 'Contact: <sip:bob@192.0.2.1>', ...more,
    'Content-Type: application/sdp', 'Content-Length: 5', '', 'v=0\r\n'].join('\r\n');

(async () => {
  SIP = await import('sip.js');
  let bad = 0;
  const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: "${got}"`); if (got !== wanted) bad++; };
  for (const [name, start] of Object.entries({ JsSIP: jssip, 'SIP.js': sipjs })) {
    const phone = await start();
    const said = async (method, headers) => { phone.sent.length = 0; phone.receive(request(phone.target, method, headers)); await wait(60); return statuses(phone.sent); };
    check(`${name}, From sip:`, await said('INVITE', {}), '100 180');
    check(`${name}, From tel:`, await said('INVITE', { from: '<tel:+15551234>' }), '');
    check(`${name}, To tel:`, await said('INVITE', { to: '<tel:+15551234>' }), '');
    check(`${name}, MESSAGE with Refer-To sip:`, (await said('MESSAGE', { more: ['Refer-To: <sip:carol@example.com>'] })) !== '' ? 'answered' : '', 'answered');
    check(`${name}, MESSAGE with Refer-To tel:`, await said('MESSAGE', { more: ['Refer-To: <tel:+15551234>'] }), '');
  }
  for (const contact of ['<sip:carol@example.com>', '<tel:+15551234>']) {
    const moved = (m) => m.startsWith('INVITE') && ['SIP/2.0 302 Moved Temporarily', `Via: ${valueOf(m, 'Via')}`, `From: ${valueOf(m, 'From')}`,
      `To: ${valueOf(m, 'To')};tag=2`, `Call-ID: ${valueOf(m, 'Call-ID')}`, `CSeq: ${valueOf(m, 'CSeq')}`, `Contact: ${contact}`, 'Content-Length: 0', '', ''].join('\r\n');
    const { ua } = await sipjs(moved);
    const call = new SIP.Inviter(ua, SIP.UserAgent.makeURI('sip:bob@example.com'));
    await call.invite();
    await wait(300);
    check(`SIP.js, its call answered by 302 to ${contact}`, call.state, contact.startsWith('<tel') ? 'Establishing' : 'Terminated');
  }
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
