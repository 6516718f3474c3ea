// SPDX-License-Identifier: Apache-2.0
// A phone that does what the test orders and tells it what happened.
'use strict';

const audio = { audio: true, video: false };
let said = Promise.resolve();
let current;

function say(what) {
  said = said.then(() => fetch('/said', { method: 'POST', body: what }));
}

function follow(session) {
  current = session;
  session.on('confirmed', () => say('confirmed ' + session.direction));
  session.on('ended', e => say('ended by ' + e.originator));
  session.on('failed', e => say('failed by ' + e.originator + ': ' + e.cause));
  if (session.direction === 'incoming') {
    session.answer({ mediaConstraints: audio });
  }
}

async function obey(phone) {
  for (;;) {
    const order = await (await fetch('/order')).text();
    const [verb, argument] = order.split(' ');
    if (verb === 'call') {
      phone.call(argument, { mediaConstraints: audio });
    } else if (verb === 'hangup') {
      current.terminate();
    } else if (verb === 'unregister') {
      phone.unregister();
    }
  }
}

async function start() {
  const JsSIP = load(mains['jssip']);
  const settings = await (await fetch('/settings')).json();
  const phone = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(settings.server)],
    uri: settings.uri,
    password: settings.password,
    session_timers: false,
  });
  phone.on('connected', () => say('connected'));
  phone.on('disconnected', e => say('disconnected ' + e.code));
  phone.on('registered', () => say('registered'));
  phone.on('unregistered', () => say('unregistered'));
  phone.on('registrationFailed', e => say('refused ' + (e.response ? e.response.status_code : e.cause)));
  phone.on('newRTCSession', e => follow(e.session));
  phone.start();
  await obey(phone);
}

start().catch(e => say('error ' + e.stack));
