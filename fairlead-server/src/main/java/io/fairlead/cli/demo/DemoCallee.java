// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is called: rings a little, answers, and knows its dialogs (RFC 3261 §13.3, §15.1.2), from one
 * start to the next kill. Owned by its endpoint's thread.
 */
class DemoCallee implements DemoEndpoint.User {
  private static final long T1_MS = 500;
  private static final int TRIES = 7;
  private static final int RING_LEAST_MS = 50;
  private static final int RING_MOST_MS = 400;

  /** One INVITE and what was said to it. */
  private static final class Incoming {
    final InetSocketAddress source;
    final byte[] ok;
    final byte[] terminated;
    byte[] last;
    boolean decided;
    boolean acked;
    boolean cancelled;

    Incoming(InetSocketAddress source, byte[] ringing, byte[] ok, byte[] terminated) {
      this.source = source;
      this.ok = ok;
      this.terminated = terminated;
      this.last = ringing;
    }
  }

  private final String name;
  private final RandomGenerator random;
  private final SipWriter out = new SipWriter();
  private final Map<String, Incoming> calls = new HashMap<>();
  private String contact = "";
  private @Nullable DemoEndpoint endpoint;

  /**
   * @param name what its Server header says
   */
  DemoCallee(String name, RandomGenerator random) {
    this.name = name;
    this.random = random;
  }

  /**
   * To be told before the endpoint starts.
   *
   * @param contactUri where it says that it is
   */
  final void begin(DemoEndpoint own, String contactUri) {
    endpoint = own;
    contact = contactUri;
  }

  @Override
  public void onMessage(SipMessage message, InetSocketAddress source) {
    switch (message) {
      case SipRequest request -> onRequest(request, source);
      case SipResponse response -> onResponse(response);
    }
  }

  /** An answer to a request of its own. */
  void onResponse(SipResponse response) {}

  private void onRequest(SipRequest request, InetSocketAddress source) {
    switch (request.method()) {
      case INVITE -> onInvite(request, source);
      case ACK -> onAck(request);
      case BYE -> {
        boolean known = calls.remove(request.callId()) != null;
        send(known ? answer(request, source, 200, "OK") : noDialog(request, source), source);
      }
      case CANCEL -> onCancel(request, source);
      case OPTIONS -> send(answer(request, source, 200, "OK"), source);
      default -> send(answer(request, source, 501, "Not Implemented"), source);
    }
  }

  private void onInvite(SipRequest request, InetSocketAddress source) {
    String id = request.callId();
    Incoming known = calls.get(id);
    if (known != null) {
      send(known.last, source);
      return;
    }
    if (request.hasToTag()) {
      send(noDialog(request, source), source);
      return;
    }
    Incoming call =
        new Incoming(
            source,
            answer(request, source, 180, "Ringing"),
            answer(request, source, 200, "OK"),
            answer(request, source, 487, "Request Terminated"));
    calls.put(id, call);
    send(answer(request, source, 100, "Trying"), source);
    send(call.last, source);
    own().after(random.nextInt(RING_LEAST_MS, RING_MOST_MS), () -> decide(id, call, false));
  }

  private void onAck(SipRequest request) {
    Incoming call = calls.get(request.callId());
    if (call != null) {
      call.acked = true;
      if (call.cancelled) {
        calls.remove(request.callId());
      }
    }
  }

  private void onCancel(SipRequest request, InetSocketAddress source) {
    Incoming call = calls.get(request.callId());
    send(call == null ? noDialog(request, source) : answer(request, source, 200, "OK"), source);
    if (call != null) {
      decide(request.callId(), call, true);
    }
  }

  private void decide(String id, Incoming call, boolean cancelled) {
    if (!call.decided) {
      call.decided = true;
      call.cancelled = cancelled;
      call.last = cancelled ? call.terminated : call.ok;
      repeat(id, call, 0);
    }
  }

  /** Sends the final answer until its ACK arrives (§13.3.1.4). */
  private void repeat(String id, Incoming call, int times) {
    if (call.acked || !call.equals(calls.get(id))) {
      return;
    }
    if (times == TRIES) {
      calls.remove(id);
      return;
    }
    send(call.last, call.source);
    own().after(T1_MS << Math.min(times, 3), () -> repeat(id, call, times + 1));
  }

  private byte[] noDialog(SipRequest request, InetSocketAddress source) {
    return answer(request, source, 481, "Call/Transaction Does Not Exist");
  }

  private byte[] answer(SipRequest request, InetSocketAddress source, int status, String reason) {
    byte[] tag = (name + "-" + Integer.toHexString(request.callId().hashCode())).getBytes(US_ASCII);
    Responses.write(out.clear(), request, source, status, reason, tag, headers(request));
    return out.copy();
  }

  private String headers(SipRequest request) {
    StringBuilder lines = new StringBuilder();
    for (int i = request.first(HeaderName.RECORD_ROUTE);
        i >= 0;
        i = request.next(HeaderName.RECORD_ROUTE, i)) {
      lines.append(Ascii.text(request.bytes(), request.lineStart(i), request.lineEnd(i)));
    }
    lines.append("Contact: <").append(contact).append(">\r\n");
    return lines.append("Server: ").append(name).append("\r\n").toString();
  }

  private void send(byte[] bytes, InetSocketAddress to) {
    own().send(bytes, to);
  }

  final DemoEndpoint own() {
    DemoEndpoint living = endpoint;
    if (living == null) {
      throw new IllegalStateException("a message before the start");
    }
    return living;
  }
}
