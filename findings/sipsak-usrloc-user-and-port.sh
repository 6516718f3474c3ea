#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sipsak -U registers as "alice@" with the last digit of a five-digit port cut off, and asks the right server.
#
# Packages   Debian sipsak 0.9.8.1-1 (node from the machine or from Debian)
# Guess      sipsak -U -s sip:alice@127.0.0.1:15070 -a secret registers alice: To sip:alice@127.0.0.1:15070,
#            username="alice".
# Instead    The datagram goes to port 15070, but request-URI, To and the digest's uri say 1507; the digest's
#            username is "alice@". With a port of four digits the URI is right and the username still is "alice@".
# Seen       2026-12-01: REGISTER sip:127.0.0.1:1507, To: sip:alice@127.0.0.1:1507, username="alice@".
# Matters    Monitoring that registers by sipsak reports a refused password or an unknown domain where nothing is
#            wrong, and its wrong logins feed bans. Give it -u with the user name, and a port of four digits or none;
#            a registrar should say in its log which username and which domain it was asked for.
set -euo pipefail
wanted='sipsak=0.9.8.1-1'
if [ "$(dpkg-query -W -f '${Version}' sipsak 2>/dev/null || true)" != "${wanted#*=}" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$wanted" >/dev/null
fi
command -v node >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs >/dev/null; }
tmp=$(mktemp -d)
trap 'rm -rf -- "$tmp"' EXIT
cd "$tmp"
cat >run.js <<'JS'
const dgram = require('dgram');
const { spawn } = require('child_process');
const line = (message, name) => message.split('\r\n').find((l) => l.startsWith(name + ':')) || '';
// Binds a free port between the two, runs sipsak against it, and gives the REGISTER that carries credentials.
async function registered(from, to, ...more) {
  const server = dgram.createSocket('udp4');
  let port = 0;
  for (let p = from; p < to && !port; p++) {
    try { await new Promise((done, failed) => { server.once('error', failed); server.bind(p, '127.0.0.1', () => { server.removeAllListeners('error'); done(); }); }); port = p; } catch { server.removeAllListeners('error'); }
  }
  const heard = new Promise((done) => {
    setTimeout(() => done(''), 8000).unref();
    server.on('message', (bytes, peer) => {
      const m = bytes.toString();
      if (!m.startsWith('REGISTER')) return;
      const known = line(m, 'Authorization');
      server.send([known ? 'SIP/2.0 200 OK' : 'SIP/2.0 401 Unauthorized', line(m, 'Via'), line(m, 'From'), line(m, 'To') + ';tag=2', line(m, 'Call-ID'), line(m, 'CSeq'),
        known ? line(m, 'Contact') : 'WWW-Authenticate: Digest realm="example.com", nonce="n", qop="auth"', 'Content-Length: 0', '', ''].join('\r\n'), peer.port, peer.address);
      if (known) done(m);
    });
  });
  const child = spawn('sipsak', ['-H', '127.0.0.1', '-U', '-s', `sip:alice@127.0.0.1:${port}`, '-a', 'secret', '-x', '60', ...more], { stdio: 'ignore' });
  const m = await heard;
  child.kill();
  server.close();
  return { port, uri: m.split(' ')[1], to: line(m, 'To'), username: (/username="([^"]*)"/.exec(m) || [])[1] };
}
let bad = 0;
const check = (what, got, wanted) => { console.log(`${got === wanted ? 'as noted' : 'CHANGED '}  ${what}: ${got}`); if (got !== wanted) bad++; };
(async () => {
  const five = await registered(15070, 15170);
  const short = String(five.port).slice(0, 4);
  check('request-URI with a port of five digits', five.uri.replace(short, 'FOUR'), 'sip:127.0.0.1:FOUR');
  check('To', five.to.replace(short, 'FOUR'), 'To: sip:alice@127.0.0.1:FOUR');
  check('username', five.username, 'alice@');
  const four = await registered(5070, 5170);
  check('request-URI with a port of four digits', four.uri.replace(four.port, 'FOUR'), 'sip:127.0.0.1:FOUR');
  check('username', four.username, 'alice@');
  const named = await registered(5070, 5170, '-u', 'alice');
  check('username with -u alice', named.username, 'alice');
  process.exit(bad ? 1 : 0);
})();
JS
timeout 50 node run.js
