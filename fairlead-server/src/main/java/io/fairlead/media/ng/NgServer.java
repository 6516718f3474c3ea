// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.loop.Loop;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.SipHash;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaReport;
import io.fairlead.media.engine.DatagramPort;
import io.fairlead.media.engine.Datagrams;
import io.fairlead.media.ng.NgCall.Ended;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers rtpengine's ng protocol, so that a Kamailio, an OpenSIPS or another Fairlead can have its
 * calls relayed here. The home loop has the socket, remembers answers, and knows which calls there
 * are; each call lives on the loop that its Call-ID falls to, and all its requests run there in the
 * order they came.
 *
 * <p>Shared: see docs/ownership.md. Requests and answers are its home loop's.
 */
public final class NgServer implements NgCall.Site, AutoCloseable {
  private static final int USUAL_LIMIT = 32;
  private static final int MOST_LISTED = 1000;

  private final Parts parts;
  private final Loop home;
  private final Datagrams out;
  private final Runnable onClose;
  private final CidrSet allowed;
  private final NgReplyCache answers;
  // By loop, as in the parts; each is used on its own loop alone.
  private final List<NgDescription> descriptions;
  private final NgServerTotals counts;
  private final SipHash hash = SipHash.random();
  private final Map<String, Held> calls = new HashMap<>();
  private final Counter ok;
  private final Counter refused;
  private final Counter repeated;
  private final Counter foreign;
  private final Counter garbage;
  private final Counter waiting;
  private final Counter full;
  private volatile int size;

  /**
   * What a server is made of.
   *
   * @param settings where it listens, and to whom
   * @param engine what relays
   * @param networks the names that {@code direction} may say, the first being the usual one
   * @param loops those that calls live on
   * @param meters where it counts
   */
  public record Parts(
      NgSettings settings,
      MediaEngine engine,
      List<String> networks,
      List<? extends Loop> loops,
      Meters meters) {}

  /** A call, and what of it is under way. */
  private static final class Held {
    private final NgCall call;
    private int pending;
    private boolean empty;

    Held(NgCall call) {
      this.call = call;
    }
  }

  NgServer(Parts parts, Loop home, Datagrams out, Runnable onClose) {
    this.parts = parts;
    this.home = home;
    this.out = out;
    this.onClose = onClose;
    NgSettings settings = parts.settings();
    this.allowed = CidrSet.of(settings.allow());
    this.answers = new NgReplyCache(settings.maxRemembered(), settings.remember().toNanos());
    this.descriptions = parts.loops().stream().map(loop -> new NgDescription()).toList();
    this.counts = new NgServerTotals(home.nowNs());
    Meters meters = parts.meters();
    this.ok = meters.counter(Meter.MEDIA_NG_REQUESTS, "ok");
    this.refused = meters.counter(Meter.MEDIA_NG_REQUESTS, "refused");
    this.repeated = meters.counter(Meter.MEDIA_NG_REQUESTS, "repeated");
    this.foreign = meters.counter(Meter.MEDIA_NG_DROPPED, "foreign");
    this.garbage = meters.counter(Meter.MEDIA_NG_DROPPED, "garbage");
    this.waiting = meters.counter(Meter.MEDIA_NG_DROPPED, "waiting");
    this.full = meters.counter(Meter.MEDIA_NG_DROPPED, "full");
    meters.gauge(Meter.MEDIA_NG_CALLS, () -> size);
  }

  /**
   * A server on its socket, reading from now on.
   *
   * @param home the loop of the socket
   * @throws java.io.UncheckedIOException when the address cannot be bound
   */
  public static NgServer open(Parts parts, SelectorLoop home) {
    DatagramPort port = DatagramPort.bound(home, parts.settings().listen().address());
    NgServer server = new NgServer(parts, home, port, port::close);
    port.start(server::onDatagram);
    return server;
  }

  /** Ends the socket; calls stay until somebody ends them. From any thread. */
  @Override
  public void close() {
    home.execute(onClose);
  }

  /** How many calls it has. */
  public int calls() {
    return size;
  }

  void onDatagram(byte[] bytes, int length, InetSocketAddress from) {
    if (!allowed.contains(from.getAddress())) {
      foreign.add();
      return;
    }
    NgMessage message = NgMessage.read(bytes, 0, length);
    if (message == null) {
      garbage.add();
      return;
    }
    NgReplyCache.Asked asked = new NgReplyCache.Asked(from, message.cookie());
    switch (answers.seen(asked, home.nowNs())) {
      case NgReplyCache.Seen.Answered(byte[] before) -> {
        repeated.add();
        out.send(before, from);
      }
      case NgReplyCache.Seen.Waiting() -> waiting.add();
      case NgReplyCache.Seen.Full() -> full.add();
      case NgReplyCache.Seen.First() -> first(message, asked);
    }
  }

  private void first(NgMessage message, NgReplyCache.Asked asked) {
    boolean json = message.json();
    if (message.body() == null) {
      answer(asked, json, NgCall.error("Invalid NG data format"));
      return;
    }
    NgDictionary request = NgFlags.folded(message.body());
    String command = request.text("command");
    String refusal = NgFlags.refusal(request);
    switch (command) {
      case "ping" -> answer(asked, json, new NgDictionary().put("result", "pong"));
      case "statistics" -> answer(asked, json, counts.statistics(calls.size(), home.nowNs()));
      case "list" -> answer(asked, json, list(request));
      case "offer", "answer", "query", "delete" -> {
        if (refusal == null) {
          ofCall(request, asked, json);
        } else {
          answer(asked, json, NgCall.error(refusal));
        }
      }
      default -> answer(asked, json, NgCall.error("Unrecognized command"));
    }
  }

  private NgDictionary list(NgDictionary request) {
    long limit = Math.clamp(request.number("limit", USUAL_LIMIT), 0, MOST_LISTED);
    NgList ids = new NgList();
    calls.keySet().stream().limit(limit).forEach(id -> ids.add(new NgValue.NgText(id)));
    return new NgDictionary().put("calls", ids).put("result", "ok");
  }

  private void ofCall(NgDictionary request, NgReplyCache.Asked asked, boolean json) {
    String id = request.text("call-id");
    Held held = calls.get(id);
    if (id.isEmpty()) {
      answer(asked, json, NgCall.error("No call-id in message"));
    } else if (held == null && !request.text("command").equals("offer")) {
      answer(asked, json, NgCall.unknown(request));
    } else {
      Held found = held == null ? begin(id) : held;
      found.pending++;
      NgCall call = found.call;
      call.loop()
          .execute(() ->
              call.handle(
                  request,
                  said -> {
                    boolean empty = call.empty();
                    home.execute(() -> {
                      found.pending--;
                      settle(found, empty);
                      answer(asked, json, said);
                    });
                  }));
    }
  }

  private Held begin(String id) {
    byte[] octets = id.getBytes(StandardCharsets.ISO_8859_1);
    int chosen =
        (int) Long.remainderUnsigned(hash.hash(octets, 0, octets.length), parts.loops().size());
    Held held = new Held(new NgCall(this, parts.loops().get(chosen), id, descriptions.get(chosen)));
    calls.put(id, held);
    size = calls.size();
    counts.began();
    return held;
  }

  // What is posted last by the call's loop holds.
  private void settle(Held held, boolean empty) {
    held.empty = empty;
    if (empty && held.pending == 0 && calls.remove(held.call.callId(), held)) {
      size = calls.size();
    }
  }

  private void answer(NgReplyCache.Asked asked, boolean json, NgDictionary said) {
    boolean good = !said.text("result").equals("error");
    (good ? ok : refused).add();
    byte[] datagram = NgMessage.write(asked.cookie(), json, said);
    answers.answered(asked, datagram);
    out.send(datagram, asked.from());
  }

  @Override
  public MediaEngine engine() {
    return parts.engine();
  }

  @Override
  public List<String> networks() {
    return parts.networks();
  }

  @Override
  public Duration unanswered() {
    return parts.settings().unanswered();
  }

  @Override
  public void onEnded(NgCall call, Ended why, MediaReport report) {
    boolean empty = call.empty();
    home.execute(() -> {
      counts.ended(why, report);
      Held held = calls.get(call.callId());
      if (held != null && call.equals(held.call)) {
        settle(held, empty);
      }
    });
  }
}
