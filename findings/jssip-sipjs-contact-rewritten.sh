#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# JsSIP and SIP.js send ACK and BYE to another URI than the Contact they were given when its user part has parameters.
#
# Packages   npm jssip 3.13.8, npm sip.js 0.21.2 (node from the machine or from Debian)
# Guess      The request-URI of ACK and BYE is the Contact of the 200, byte for byte (RFC 3261 section 12.2.1.1).
# Instead    The user part is written anew: ";", "=" and "," become %3B, %3D and %2C. These are reserved characters,
#            so by RFC 3261 section 19.1.4 that is a different URI. Parameters after the host and Route headers stay
#            as they were.
# Seen       2026-12-01: Contact sip:+15551234;tgrp=TG-1;trunk-context=example.net@192.0.2.7;x=Ab
#            ACK and BYE    sip:+15551234%3Btgrp%3DTG-1%3Btrunk-context%3Dexample.net@192.0.2.7;x=Ab
# Matters    A gateway with trunk groups (RFC 4904) or number portability (RFC 4694) in its Contact gets requests for
#            a user it does not know. A balancer or SBC must not keep a token of its own in the user part behind ";"
#            or "=", and must find its dialogs by Call-ID and tags or by Route, never by comparing the request-URI
#            with a Contact.
set -euo pipefail
command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts jssip@3.13.8 sip.js@0.21.2 >/dev/null
cat >run.js <<'JS'
const unused = () => {};
const promise = (value) => () => Promise.resolve(value);
// Media that is always ready and goes nowhere.
global.window = global;
global.RTCSessionDescription = class { constructor(fields) { Object.assign(this, fields); } };
global.RTCPeerConnection = class {
  signalingState = 'stable';
  iceGatheringState = 'complete';
  localDescription = null;
  addEventListener() {}
  removeEventListener() {}
  close() {}
  getSenders() { return []; }
  createOffer() { return Promise.resolve({ type: 'offer', sdp: 'v=0\r\n' }); }
  setLocalDescription(description) { this.localDescription = description; return Promise.resolve(); }
  setRemoteDescription() { return Promise.resolve(); }
};
const JsSIP = require('jssip');
let SIP; // an ES module: loaded below, for node 18
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const line = (message, name) => message.split('\r\n').find((l) => l.startsWith(name + ':'));
const contact = 'sip:+15551234;tgrp=TG-1;trunk-context=example.net@192.0.2.7;x=Ab';
const noted = 'sip:+15551234%3Btgrp%3DTG-1%3Btrunk-context%3Dexample.net@192.0.2.7;x=Ab';
const ok = (m) => ['SIP/2.0 200 OK', line(m, 'Via'), 'Record-Route: <sip:u;a=B@192.0.2.5;lr;c=Xy>', line(m, 'From'), line(m, 'To') + ';tag=2', line(m, 'Call-ID'),
  line(m, 'CSeq'), `Contact: <${contact}>`, 'Content-Type: application/sdp', 'Content-Length: 5', '', 'v=0\r\n'].join('\r\n');

async function jssip() {
  const sent = [];
  const socket = { via_transport: 'WS', url: 'ws://127.0.0.1', sip_uri: 'sip:127.0.0.1;transport=ws', connect() { setTimeout(() => this.onconnect(), 0); },
    disconnect: unused, isConnected: () => true, isConnecting: () => false,
    send(m) { sent.push(m); if (m.startsWith('INVITE')) setTimeout(() => this.ondata(ok(m)), 0); return true; } };
  const ua = new JsSIP.UA({ sockets: [socket], uri: 'sip:alice@example.com', register: false, session_timers: false });
  ua.start();
  await wait(50);
  const call = ua.call('sip:bob@example.com', { mediaStream: { getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] } });
  await wait(300);
  call.terminate();
  await wait(50);
  return sent;
}
async function sipjs() {
  const sent = [];
  let ua;
  class Transport {
    constructor() { this.protocol = 'WS'; this.state = 'Disconnected'; this.stateChange = { addListener: unused, removeListener: unused }; }
    connect() { this.state = 'Connected'; this.onConnect(); return Promise.resolve(); }
    disconnect() { return Promise.resolve(); }
    dispose() { return Promise.resolve(); }
    isConnected() { return true; }
    send(m) { sent.push(m); if (m.startsWith('INVITE')) setTimeout(() => ua.transport.onMessage(ok(m)), 0); return Promise.resolve(); }
  }
  const media = () => ({ close: unused, hasDescription: () => true, setDescription: promise(), getDescription: promise({ body: 'v=0\r\n', contentType: 'application/sdp' }) });
  ua = new SIP.UserAgent({ uri: SIP.UserAgent.makeURI('sip:alice@example.com'), transportConstructor: Transport, sessionDescriptionHandlerFactory: media, logBuiltinEnabled: false });
  await ua.start();
  const call = new SIP.Inviter(ua, SIP.UserAgent.makeURI('sip:bob@example.com'));
  await call.invite();
  await wait(300);
  await call.bye();
  await wait(50);
  return sent;
}
(async () => {
  SIP = await import('sip.js');
  let bad = 0;
  const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
  for (const [name, make] of Object.entries({ JsSIP: jssip, 'SIP.js': sipjs })) {
    const sent = await make();
    for (const method of ['ACK', 'BYE']) {
      const message = sent.find((m) => m.startsWith(method + ' ')) || '';
      check(`${name}, request-URI of ${method}`, message.split(' ')[1], noted);
      check(`${name}, Route of ${method}`, message && line(message, 'Route'), 'Route: <sip:u;a=B@192.0.2.5;lr;c=Xy>');
    }
  }
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
