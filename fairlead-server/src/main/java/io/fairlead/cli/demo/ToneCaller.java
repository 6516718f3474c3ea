// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.cli.demo.tone.ToneLoop;
import io.fairlead.cli.demo.tone.TonePhone;
import io.fairlead.sdp.Direction;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The callers of all lines, behind one NAT: its socket stands for what the NAT makes of them. They
 * call, put on hold and hang up when they are told to. Orders may come from any thread; all else
 * happens on its endpoint's.
 */
final class ToneCaller implements DemoEndpoint.User, AutoCloseable {
  private static final long T1_MS = 500;
  private static final long PATIENCE_MS = 12_000;
  private static final long FINISH_MS = 4000;

  private final InetSocketAddress target;
  private final ToneLoop tones;
  private final ToneTally tally;
  private final RandomGenerator random;
  private final DemoEndpoint endpoint;
  private final Map<String, ToneCall> calls = new HashMap<>();
  private volatile int living;

  /**
   * Opens its socket and starts.
   *
   * @param target where calls are sent
   * @param tones the thread of the phones' media
   */
  ToneCaller(InetSocketAddress target, ToneLoop tones, ToneTally tally, RandomGenerator random)
      throws IOException {
    this.target = target;
    this.tones = tones;
    this.tally = tally;
    this.random = random;
    endpoint =
        new DemoEndpoint("fl-demo-callers", new InetSocketAddress(ToneLine.callersNat(), 0), this);
    endpoint.start();
  }

  /** Begins a call on an idle line. */
  void place(ToneLine line) {
    line.state(ToneLine.State.CALLING);
    endpoint.execute(() -> {
      try {
        String id = "demo-" + line.caller() + "-" + Long.toHexString(random.nextLong());
        TonePhone phone = line.lift(id);
        tones.add(phone);
        ToneCall call = new ToneCall(line, id, phone);
        calls.put(id, call);
        living = calls.size();
        tally.placed();
        send(call, call.invite(Direction.SENDRECV), "INVITE");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  /** Puts the other on hold (RFC 3264 §8.4): he hears the caller's tone in place of music. */
  void hold(ToneLine line) {
    offer(line, Direction.SENDONLY);
  }

  /** Takes him back. */
  void resume(ToneLine line) {
    offer(line, Direction.SENDRECV);
  }

  private void offer(ToneLine line, Direction direction) {
    endpoint.execute(() -> {
      ToneCall call = calls.get(line.callId());
      if (call != null && call.answered && call.open == 0) {
        send(call, call.invite(direction), "re-INVITE");
      }
    });
  }

  /** Hangs up. */
  void hangUp(ToneLine line) {
    endpoint.execute(() -> {
      ToneCall call = calls.get(line.callId());
      if (call != null && call.answered) {
        hangUp(call);
      }
    });
  }

  private void hangUp(ToneCall call) {
    tally.hungUp(call.line.caller(), call.phone, call.line.moved());
    call.phone.talk(false, false);
    send(call, call.bye(), "BYE");
  }

  /** Hangs up all, and waits until every call is over, or long enough. */
  void finish() throws InterruptedException {
    endpoint.execute(() ->
        List.copyOf(calls.values()).stream().filter(call -> call.answered).forEach(this::hangUp));
    long untilNs = System.nanoTime() + FINISH_MS * 1_000_000;
    while (living > 0 && System.nanoTime() - untilNs < 0) {
      Thread.sleep(20);
    }
  }

  /** How many calls are not over. */
  int living() {
    return living;
  }

  @Override
  public void close() {
    endpoint.close();
  }

  private void send(ToneCall call, byte[] request, String what) {
    int cseq = call.cseq;
    call.open = cseq;
    call.quiet = false;
    repeat(call, request, T1_MS);
    endpoint.after(
        PATIENCE_MS,
        () -> {
          if (call.open == cseq) {
            tally.failed(what + " without an answer");
            done(call);
          }
        });
  }

  /** Sends a request until something answers it (§17.1.1.2, §17.1.2.2). */
  private void repeat(ToneCall call, byte[] request, long waitMs) {
    int cseq = call.cseq;
    endpoint.send(request, target);
    endpoint.after(
        waitMs,
        () -> {
          if (call.open == cseq && !call.quiet) {
            repeat(call, request, 2 * waitMs);
          }
        });
  }

  @Override
  public void onMessage(SipMessage message, InetSocketAddress source) {
    ToneCall call = calls.get(message.callId());
    switch (message) {
      case SipRequest request -> onRequest(call, request, source);
      case SipResponse response -> {
        if (call != null) {
          onResponse(call, response);
        }
      }
    }
  }

  private void onRequest(@Nullable ToneCall call, SipRequest request, InetSocketAddress source) {
    if (request.method() == Method.ACK) {
      return;
    }
    SipWriter out = new SipWriter();
    Responses.write(out, request, source, 200, "OK", "caller".getBytes(US_ASCII), "");
    endpoint.send(out.copy(), source);
    if (request.method() == Method.BYE && call != null) {
      String why = request.value(HeaderName.REASON);
      tally.failed("BYE from the other side" + (why == null ? "" : ": " + why));
      done(call);
    }
  }

  private void onResponse(ToneCall call, SipResponse response) {
    boolean invite = response.cseqMethod() == Method.INVITE;
    if (response.cseq() != call.open) {
      byte[] ack = call.ack;
      if (invite && response.isSuccess() && ack != null) {
        endpoint.send(ack, target);
      }
    } else if (response.isProvisional()) {
      call.quiet = true;
    } else if (!invite) {
      onByeAnswer(call, response);
    } else if (response.isSuccess()) {
      onAnswer(call, response);
    } else {
      endpoint.send(call.refusedAck(response), target);
      tally.failed("INVITE " + response.status() + " " + response.reason());
      done(call);
    }
  }

  private void onAnswer(ToneCall call, SipResponse response) {
    if (!call.answered) {
      tally.answered();
    }
    call.open = 0;
    endpoint.send(call.establish(response), target);
    ToneDescription theirs = ToneDescription.of(response);
    if (theirs == null) {
      tally.failed("an answer without media");
      hangUp(call);
      return;
    }
    boolean held = call.offered == Direction.SENDONLY;
    call.phone.sendTo(theirs.where());
    call.phone.talk(theirs.direction().receives(), !held && theirs.direction().sends());
    call.line.state(held ? ToneLine.State.HELD : ToneLine.State.TALKING);
  }

  private void onByeAnswer(ToneCall call, SipResponse response) {
    if (!response.isSuccess()) {
      tally.failed("BYE " + response.status() + " " + response.reason());
    }
    done(call);
  }

  private void done(ToneCall call) {
    call.open = 0;
    if (calls.remove(call.id) != null) {
      tones.remove(call.phone);
      call.line.state(ToneLine.State.IDLE);
    }
    living = calls.size();
  }
}
