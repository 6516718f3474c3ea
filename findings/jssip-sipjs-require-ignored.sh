#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JsSIP and SIP.js ring for an INVITE that requires an extension they do not have.
#
# Packages   npm jssip 3.13.8, npm sip.js 0.21.2 (node from the machine or from Debian)
# Guess      420 Bad Extension with Unsupported (RFC 3261 section 8.2.2.3, a MUST).
# Instead    The Require header is not looked at: 100 and 180 as if it were not there. With Require: 100rel JsSIP
#            sends an unreliable 180, without RSeq, which RFC 3262 section 3 forbids.
# Seen       2026-12-01: JsSIP "Require: x-unknown" 100 180, "Require: 100rel" 100 180 without RSeq; SIP.js "Require:
#            x-unknown" 100 180.
# Matters    420 is no way to find out what a browser can do, and a caller that relies on reliable provisional
#            responses (IMS, some gateways) never gets them. What stands between has to take 100rel and the like out
#            of Require itself, or to answer 420 in the browser's place.
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
const unused = () => {};
async function jssip() {
  const sent = [];
  const socket = { via_transport: 'WS', url: 'ws://127.0.0.1', sip_uri: 'sip:127.0.0.1;transport=ws', connect() { setTimeout(() => this.onconnect(), 0); },
    disconnect: unused, isConnected: () => true, isConnecting: () => false, send(m) { sent.push(m); return true; } };
  const ua = new JsSIP.UA({ sockets: [socket], uri: 'sip:alice@example.com', register: false });
  ua.on('newRTCSession', unused);
  ua.start();
  await wait(50);
  return { sent, target: ua.contact.uri.toString(), receive: (m) => socket.ondata(m) };
}
async function sipjs() {
  const sent = [];
  class Transport {
    constructor() { this.protocol = 'WS'; this.state = 'Disconnected'; this.stateChange = { addListener: unused, removeListener: unused }; }
    connect() { this.state = 'Connected'; this.onConnect(); return Promise.resolve(); }
    disconnect() { return Promise.resolve(); }
    dispose() { return Promise.resolve(); }
    isConnected() { return true; }
    send(m) { sent.push(m); return Promise.resolve(); }
  }
  const media = () => ({ close: unused, hasDescription: () => true });
  const ua = new SIP.UserAgent({ uri: SIP.UserAgent.makeURI('sip:alice@example.com'), transportConstructor: Transport,
    sessionDescriptionHandlerFactory: media, logBuiltinEnabled: false, delegate: { onInvite: unused } });
  await ua.start();
  return { sent, target: ua.contact.uri.toString(), receive: (m) => ua.transport.onMessage(m) };
}
const invite = (target, required) => [`INVITE ${target} SIP/2.0`, `Via: SIP/2.0/WS 192.0.2.1;branch=z9hG4bK${Math.random()}`, 'Max-Forwards: 70',
  'From: <sip:bob@example.com>;tag=1', 'To: <sip:alice@example.com>', `Call-ID: ${Math.random()}`, 'CSeq: 1 INVITE', 'Contact: <sip:bob@192.0.2.1>',
  `Require: ${required}`, 'Content-Type: application/sdp', 'Content-Length: 5', '', 'v=0\r\n'].join('\r\n');
(async () => {
  SIP = await import('sip.js');
  let bad = 0;
  const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
  for (const [name, make, required] of [['JsSIP', jssip, 'x-unknown'], ['JsSIP', jssip, '100rel'], ['SIP.js', sipjs, 'x-unknown']]) {
    const phone = await make();
    phone.receive(invite(phone.target, required));
    await wait(100);
    const reliable = phone.sent.some((m) => /^(RSeq|Require):/im.test(m));
    check(`${name}, Require: ${required}`, phone.sent.map((m) => m.split(' ')[1]).join(' ') + (reliable ? ' reliable' : ''), '100 180');
  }
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
