// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.cli.demo.tone.ToneLoop;
import io.fairlead.cli.demo.tone.TonePhone;
import io.fairlead.sdp.Direction;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The callees of all lines, behind one NAT: its socket stands for what the NAT makes of them. They
 * register with private addresses, ring a little, answer and take part in a hold. Its methods may
 * be called from any thread; all else happens on its endpoint's.
 */
final class ToneCallee implements DemoEndpoint.User, AutoCloseable {
  private static final long T1_MS = 500;
  private static final int TRIES = 7;
  private static final int RING_LEAST_MS = 100;
  private static final int RING_MOST_MS = 600;
  private static final int EXPIRES_S = 3600;

  /** A call to one of them. */
  private static final class Incoming {
    final ToneLine line;
    final TonePhone phone;
    Direction direction = Direction.SENDRECV;
    int version;
    long cseq;
    long acked;
    byte[] last = new byte[0];

    Incoming(ToneLine line, TonePhone phone) {
      this.line = line;
      this.phone = phone;
    }
  }

  private final InetSocketAddress registrar;
  private final ToneLoop tones;
  private final ToneTally tally;
  private final RandomGenerator random;
  private final DemoEndpoint endpoint;
  private final Map<String, ToneLine> lines = new HashMap<>();
  private final Map<String, Incoming> calls = new HashMap<>();
  private final Set<String> registered = new HashSet<>();
  private volatile int registrations;

  /**
   * Opens its socket and starts.
   *
   * @param registrar where they register
   * @param tones the thread of the phones' media
   */
  ToneCallee(InetSocketAddress registrar, ToneLoop tones, ToneTally tally, RandomGenerator random)
      throws IOException {
    this.registrar = registrar;
    this.tones = tones;
    this.tally = tally;
    this.random = random;
    endpoint =
        new DemoEndpoint("fl-demo-callees", new InetSocketAddress(ToneLine.calleesNat(), 0), this);
    endpoint.start();
  }

  /** Registers the callees of these lines. */
  void register(List<ToneLine> all) {
    endpoint.execute(() ->
        all.forEach(line -> {
          lines.put(line.callee(), line);
          register(line);
        }));
  }

  /** How many are registered. */
  int registered() {
    return registrations;
  }

  @Override
  public void close() {
    endpoint.close();
  }

  private void register(ToneLine line) {
    if (registered.contains(line.callee())) {
      return;
    }
    SipWriter out = new SipWriter(600);
    String aor = "<sip:" + line.callee() + "@demo.example>";
    out.put("REGISTER sip:demo.example SIP/2.0").line();
    out.put("Via: SIP/2.0/UDP ").put(line.calleeAddress()).put(":5060;rport;branch=z9hG4bK-");
    out.put(line.callee()).line();
    out.put("Max-Forwards: 70").line();
    out.put("From: ").put(aor).put(";tag=").put(line.callee()).line();
    out.put("To: ").put(aor).line();
    out.put("Call-ID: ").put(line.callee()).line();
    out.put("CSeq: 1 REGISTER").line();
    out.put("Contact: <").put(contact(line)).put('>').line();
    out.put("Expires: ").number(EXPIRES_S).line();
    out.put("Content-Length: 0").line().line();
    endpoint.send(out.copy(), registrar);
    endpoint.after(T1_MS, () -> register(line));
  }

  private static String contact(ToneLine line) {
    return "sip:" + line.callee() + "@" + line.calleeAddress() + ":5060";
  }

  @Override
  public void onMessage(SipMessage message, InetSocketAddress source) {
    switch (message) {
      case SipRequest request -> onRequest(request, source);
      case SipResponse response -> {
        if (response.isSuccess()) {
          registered.add(response.callId());
          registrations = registered.size();
        }
      }
    }
  }

  private void onRequest(SipRequest request, InetSocketAddress source) {
    Incoming call = calls.get(request.callId());
    switch (request.method()) {
      case INVITE -> onInvite(call, request, source);
      case ACK -> {
        if (call != null) {
          call.acked = request.cseq();
        }
      }
      case BYE -> onBye(call, request, source);
      case CANCEL, OPTIONS -> answer(request, source, 200, "OK");
      default -> answer(request, source, 501, "Not Implemented");
    }
  }

  private void onInvite(@Nullable Incoming known, SipRequest request, InetSocketAddress source) {
    if (known != null && request.cseq() <= known.cseq) {
      endpoint.send(known.last, source);
      return;
    }
    ToneLine line = lines.get(request.uri().user());
    ToneDescription theirs = ToneDescription.of(request);
    if (line == null || theirs == null || known == null && request.hasToTag()) {
      answer(request, source, line == null ? 404 : theirs == null ? 488 : 481, "No");
      return;
    }
    Incoming call = known == null ? ring(line, request, source) : known;
    call.cseq = request.cseq();
    call.version++;
    call.direction = ToneDescription.answer(theirs.direction());
    call.phone.sendTo(theirs.where());
    byte[] ok = ok(call, request, source);
    String id = request.callId();
    if (known == null) {
      endpoint.after(
          random.nextInt(RING_LEAST_MS, RING_MOST_MS), () -> accept(id, call, ok, source));
    } else {
      accept(id, call, ok, source);
    }
  }

  private Incoming ring(ToneLine line, SipRequest request, InetSocketAddress source) {
    try {
      TonePhone phone = line.answer();
      tones.add(phone);
      Incoming call = new Incoming(line, phone);
      calls.put(request.callId(), call);
      call.last = begin(request, source, 180, "Ringing").put("Content-Length: 0\r\n\r\n").copy();
      endpoint.send(call.last, source);
      return call;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(String id, Incoming call, byte[] ok, InetSocketAddress source) {
    call.last = ok;
    call.phone.talk(call.direction.sends(), call.direction.receives());
    repeat(id, call, source, 0);
  }

  /** Sends the 2xx until its ACK arrives (RFC 3261 §13.3.1.4). */
  private void repeat(String id, Incoming call, InetSocketAddress to, int times) {
    if (call.acked < call.cseq && call.equals(calls.get(id)) && times < TRIES) {
      endpoint.send(call.last, to);
      endpoint.after(T1_MS << Math.min(times, 3), () -> repeat(id, call, to, times + 1));
    }
  }

  private void onBye(@Nullable Incoming call, SipRequest request, InetSocketAddress source) {
    if (call == null) {
      answer(request, source, 481, "Call/Transaction Does Not Exist");
      return;
    }
    answer(request, source, 200, "OK");
    calls.remove(request.callId());
    tally.hungUp(call.line.callee(), call.phone, call.line.moved());
    call.phone.talk(false, false);
    tones.remove(call.phone);
  }

  private byte[] ok(Incoming call, SipRequest request, InetSocketAddress source) {
    byte[] body =
        ToneDescription.write(
            call.line.callee(), call.line.calleeAddress(), call.version, call.direction);
    SipWriter out = begin(request, source, 200, "OK");
    out.put("Contact: <").put(contact(call.line)).put('>').line();
    out.put("Content-Type: application/sdp").line();
    return out.put("Content-Length: ").number(body.length).line().line().put(body).copy();
  }

  private void answer(SipRequest request, InetSocketAddress source, int status, String reason) {
    SipWriter out = begin(request, source, status, reason);
    endpoint.send(out.put("Content-Length: 0\r\n\r\n").copy(), source);
  }

  private static SipWriter begin(
      SipRequest request, InetSocketAddress source, int status, String reason) {
    SipWriter out = new SipWriter(900);
    byte[] tag = Integer.toHexString(request.callId().hashCode()).getBytes(US_ASCII);
    Responses.begin(out, request, source, status, reason, tag);
    for (int i = request.first(HeaderName.RECORD_ROUTE);
        i >= 0;
        i = request.next(HeaderName.RECORD_ROUTE, i)) {
      out.put(request.bytes(), request.lineStart(i), request.lineEnd(i));
    }
    return out;
  }
}
