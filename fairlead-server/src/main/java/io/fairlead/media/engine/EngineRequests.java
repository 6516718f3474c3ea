// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Histogram;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipWriter;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * The requests under way to one engine, {@code cookie SP payload} by UDP as rtpengine and rtpproxy
 * have it: repeated until answered, so many times; an engine that gets one twice knows it by its
 * cookie.
 *
 * <p>Owned by the engine's home loop, but for the round trip. Shared: see docs/ownership.md.
 */
final class EngineRequests {
  private final Loop home;
  private final Datagrams out;
  private final InetSocketAddress engine;
  private final EngineSettings settings;
  private final Map<String, Asked> asked = new HashMap<>();
  // Nobody who does not see our datagrams can answer in the engine's place.
  private final SecureRandom random = new SecureRandom();
  private final Histogram roundTrip;
  private long roundTripUs = -1;
  private final Counter silent;
  private final Counter full;
  private final Counter stray;
  private long count;

  /** What becomes of a request; on the engine's home loop. */
  interface Answered {
    /** The engine's answer, without its cookie; the bytes are valid until the method returns. */
    void onAnswer(byte[] bytes, int from, int to);

    /** There is none: it was silent, or there was no room to ask it. */
    void onSilence();
  }

  EngineRequests(String name, Loop home, Datagrams out, EngineSettings settings, Meters meters) {
    this.home = home;
    this.out = out;
    this.engine = settings.address().address();
    this.settings = settings;
    this.roundTrip = meters.histogram(Meter.MEDIA_ENGINE_ROUND_TRIP, name);
    this.silent = meters.counter(Meter.MEDIA_ENGINE_ERRORS, name, "silent");
    this.full = meters.counter(Meter.MEDIA_ENGINE_ERRORS, name, "full");
    this.stray = meters.counter(Meter.MEDIA_ENGINE_ERRORS, name, "stray");
  }

  /** Of the last answer to what was asked once, microseconds; -1 while there was none. */
  long roundTripUs() {
    return roundTripUs;
  }

  /** How many wait. */
  int waiting() {
    return asked.size();
  }

  void ask(byte[] payload, Answered answered) {
    if (asked.size() >= settings.maxRequests()) {
      full.add();
      answered.onSilence();
      return;
    }
    SipWriter datagram = new SipWriter(payload.length + 40);
    datagram.hex(random.nextLong(), 16).put('_').number(++count);
    String cookie = datagram.toString();
    Asked one = new Asked(cookie, datagram.put(' ').put(payload).copy(), answered);
    asked.put(cookie, one);
    one.send();
  }

  void onDatagram(byte[] bytes, int length) {
    int blank = Ascii.indexOf(bytes, 0, length, ' ');
    Asked one = blank <= 0 ? null : asked.remove(Ascii.text(bytes, 0, blank));
    if (one == null) {
      stray.add();
      return;
    }
    home.timers().cancel(one);
    // Of one asked again nobody knows which of them was answered (Karn and Partridge, 1987).
    if (one.sent == 1) {
      long tookNs = home.nowNs() - one.sentNs;
      roundTrip.record(tookNs);
      roundTripUs = tookNs / 1000;
    }
    one.answered.onAnswer(bytes, blank + 1, length);
  }

  /** Nothing that waits will be answered any more. */
  void giveUp() {
    for (Asked one : java.util.List.copyOf(asked.values())) {
      one.end();
    }
  }

  /** One that waits. */
  private final class Asked extends Timer {
    private final String cookie;
    private final byte[] datagram;
    private final Answered answered;
    private final long sentNs = home.nowNs();
    private int sent;

    Asked(String cookie, byte[] datagram, Answered answered) {
      this.cookie = cookie;
      this.datagram = datagram;
      this.answered = answered;
    }

    void send() {
      sent++;
      out.send(datagram, engine);
      home.timers().schedule(this, settings.timeout().toNanos());
    }

    @Override
    protected void onTimer() {
      if (sent < settings.tries()) {
        send();
      } else {
        silent.add();
        end();
      }
    }

    void end() {
      home.timers().cancel(this);
      if (asked.remove(cookie) != null) {
        answered.onSilence();
      }
    }
  }
}
