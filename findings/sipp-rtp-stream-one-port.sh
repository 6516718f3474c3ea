#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# SIPp's rtp_stream sends the media of all calls from one port, whichever port each call's SDP names.
#
# Packages   Debian sip-tester 1:3.6.1-1+b2 (SIPp; node from the machine or from Debian)
# Guess      With [auto_media_port] each call names a media port of its own, and rtp_stream sends from it, as a phone
#            does (RFC 4961). A .wav file is played as what it holds.
# Instead    All calls send from the port of -mp (6000), told apart by SSRC alone; the ports that the SDP named are
#            not even open. The file is sent byte for byte: its RIFF header is the first audio of every round.
#            (Its change notes say that ports of their own were taken out; the keyword stayed, made for pcap play.)
# Seen       2026-12-01: four calls at once name ports MP, MP+4, MP+8 and MP+12; all their packets come from MP, with
#            SSRC ca110000 to ca110003; the first packet of each begins with "RIFF".
# Matters    A relay tested so sees one peer with one address in all calls: a relay that learns sources sends every
#            call's media back to one socket, NAT maps with the peer's address as the key hold one call, and a test for
#            mixed-up calls cannot fail. "What the SDP names is where media comes from" is untested as well. One SIPp
#            with its own -mp for each call, or another sender; raw samples in place of .wav.
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
cat >call.xml <<'XML'
<?xml version="1.0"?>
<scenario name="call">
<send><![CDATA[
INVITE sip:bob@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:alice@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:bob@[remote_ip]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:alice@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [media_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="200"/>
<send><![CDATA[
ACK sip:bob@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:alice@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:bob@[remote_ip]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<nop><action><exec rtp_stream="tone.wav,-1,0"/></action></nop>
<pause milliseconds="2500"/>
</scenario>
XML
cat >run.js <<'JS'
const dgram = require('dgram');
const fs = require('fs');
const { spawn } = require('child_process');
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const bound = () => new Promise((done) => { const s = dgram.createSocket('udp4'); s.bind(0, '127.0.0.1', () => done(s)); });
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
const CALLS = 4;
// A whole .wav: mu-law, 8000 Hz, one channel, half a second of silence.
const header = Buffer.alloc(58);
header.write('RIFF', 0); header.writeUInt32LE(50 + 4000, 4); header.write('WAVEfmt ', 8); header.writeUInt32LE(18, 16); header.writeUInt16LE(7, 20);
header.writeUInt16LE(1, 22); header.writeUInt32LE(8000, 24); header.writeUInt32LE(8000, 28); header.writeUInt16LE(1, 32); header.writeUInt16LE(8, 34);
header.write('fact', 38); header.writeUInt32LE(4, 42); header.writeUInt32LE(4000, 46); header.write('data', 50); header.writeUInt32LE(4000, 54);
fs.writeFileSync('tone.wav', Buffer.concat([header, Buffer.alloc(4000, 0xff)]));
(async () => {
  const signalling = await bound();
  let probe = await bound();
  while (probe.address().port % 2) probe = await bound();
  const calls = [];
  signalling.on('message', async (message, from) => {
    const text = message.toString();
    if (!text.startsWith('INVITE')) return;
    const id = /^Call-ID: *(.*)\r$/m.exec(text)[1];
    if (calls.some((call) => call.id === id)) return;
    const call = { id, named: Number(/m=audio (\d+)/.exec(text)[1]), sources: new Map() };
    calls.push(call);
    // A socket for each call: what comes to it is that call's.
    call.socket = await bound();
    call.socket.on('message', (rtp, { port }) => {
      const key = `${port} ${rtp.readUInt32BE(8).toString(16)}`;
      if (!call.sources.has(key)) call.sources.set(key, rtp.subarray(12, 16).toString('latin1'));
    });
    const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${call.socket.address().port} RTP/AVP 0`, ''].join('\r\n');
    const header = (name) => new RegExp(`^${name}: *(.*)\r$`, 'm').exec(text)[0].trim();
    signalling.send(['SIP/2.0 200 OK', header('Via'), header('From'), `${header('To')};tag=b`, header('Call-ID'), header('CSeq'),
      `Contact: <sip:bob@127.0.0.1:${signalling.address().port}>`, 'Content-Type: application/sdp', `Content-Length: ${sdp.length}`, '', sdp].join('\r\n'), from.port, from.address);
  });
  const media = probe.address().port;
  probe.close();
  await wait(50);
  const sipp = spawn('sipp', [`127.0.0.1:${signalling.address().port}`, '-sf', 'call.xml', '-i', '127.0.0.1', '-mi', '127.0.0.1', '-mp', String(media), '-m', String(CALLS), '-r', '50',
    '-timeout', '20s', '-nostdin'], { stdio: 'ignore' });
  const ended = new Promise((done) => sipp.once('exit', done));
  await Promise.race([ended, wait(25000)]);
  if (sipp.exitCode === null) sipp.kill('SIGKILL');
  const numbers = (list) => list.sort((a, b) => a - b).join(' ');
  check('calls', calls.length, CALLS);
  check('ports that the SDP names, from -mp on', numbers(calls.map((call) => call.named - media)), '0 4 8 12');
  const sources = calls.flatMap((call) => [...call.sources.keys()]);
  check('ports that media comes from, from -mp on', [...new Set(sources.map((key) => key.split(' ')[0] - media))].join(' '), '0');
  check('SSRCs', sources.map((key) => key.split(' ')[1]).sort().join(' '), 'ca110000 ca110001 ca110002 ca110003');
  check('first bytes of each stream', [...new Set(calls.flatMap((call) => [...call.sources.values()]))].join(' '), 'RIFF');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
