// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.demo.DemoCall.State;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Many phones in one: places calls at a steady rate, talks a while, hangs up, and counts what
 * became of each (RFC 3261 §13.2, §15.1.1). A call that was ringing or talking on a server when
 * that was killed is counted as lost with the server, once; every other call that is not answered
 * and ended in order is counted as failed. Its methods may be called from any thread; all else
 * happens on its endpoint's.
 */
final class DemoCaller implements DemoEndpoint.User, AutoCloseable {
  private static final long T1_MS = 500;
  private static final long LONGEST_REPEAT_MS = 4000;
  private static final long PATIENCE_MS = 12_000;
  private static final long CANCEL_AFTER_MS = 1000;
  private static final long FINISH_MS = 4000;

  private final InetSocketAddress target;
  private final CallTally tally;
  private final RandomGenerator random;
  private final int talkLeastMs;
  private final IntFunction<String> callees;
  private final DemoEndpoint endpoint;
  private final Map<String, DemoCall> calls = new HashMap<>();
  private final Set<String> dead = new HashSet<>();
  private volatile int living;
  private boolean stopped;
  private int number;

  /**
   * @param target where the calls go
   * @param talkLeastMs a call lasts this long to twice as long
   * @param callees the URI that the call with that number is to
   */
  DemoCaller(
      InetSocketAddress target,
      CallTally tally,
      RandomGenerator random,
      int talkLeastMs,
      IntFunction<String> callees)
      throws IOException {
    this.target = target;
    this.tally = tally;
    this.random = random;
    this.talkLeastMs = talkLeastMs;
    this.callees = callees;
    endpoint =
        new DemoEndpoint(
            "fl-demo-caller", new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), this);
    endpoint.start();
  }

  /** Begins to place that many calls per second. */
  void start(int perSecond) {
    endpoint.execute(() -> place(System.nanoTime(), 1_000_000_000L / perSecond));
  }

  /** Places no more calls, hangs up those that are talking and forgets those that were lost. */
  void finish() {
    endpoint.execute(() -> {
      stopped = true;
      for (DemoCall call : List.copyOf(calls.values())) {
        hangUp(call);
        if (call.lost || call.forgiven) {
          done(call);
        }
      }
    });
  }

  /** Waits until every call is over, or long enough. */
  void awaitEnd() throws InterruptedException {
    long untilNs = System.nanoTime() + FINISH_MS * 1_000_000;
    while (living > 0 && System.nanoTime() - untilNs < 0) {
      Thread.sleep(20);
    }
  }

  /** How many calls are not over. */
  int living() {
    return living;
  }

  /** To be told when a server dies: its calls are lost. */
  void killed(String server) {
    endpoint.execute(() -> {
      dead.add(server);
      for (DemoCall call : calls.values()) {
        if (call.server.equals(server)) {
          loseWithServer(call);
        }
      }
    });
  }

  /** To be told when it is back. */
  void revived(String server) {
    endpoint.execute(() -> dead.remove(server));
  }

  /** Ends at once; what is not over counts as unfinished. */
  @Override
  public void close() {
    endpoint.close();
    calls.values().stream().filter(call -> !call.lost).forEach(call -> tally.unfinished());
    calls.clear();
  }

  @Override
  public void onMessage(SipMessage message, InetSocketAddress source) {
    DemoCall call = calls.get(message.callId());
    if (call == null || !(message instanceof SipResponse response)) {
      return;
    }
    if (response.cseqMethod() == Method.INVITE) {
      onInviteAnswer(call, response);
    } else if (response.cseqMethod() == Method.BYE && !response.isProvisional()) {
      onByeAnswer(call, response);
    }
  }

  private void place(long atNs, long everyNs) {
    if (stopped) {
      return;
    }
    number++;
    DemoCall call = new DemoCall(number, endpoint.address(), callees.apply(number));
    calls.put(call.id, call);
    living = calls.size();
    tally.placed();
    repeat(call, State.CALLING, call.invite(), T1_MS);
    endpoint.after(PATIENCE_MS, () -> giveUp(call, "INVITE"));
    long next = atNs + everyNs;
    endpoint.after(Math.max(0, (next - System.nanoTime()) / 1_000_000), () -> place(next, everyNs));
  }

  /** Sends a request until the call has left the state (§17.1.1.2, §17.1.2.2). */
  private void repeat(DemoCall call, State during, byte[] request, long waitMs) {
    if (call.state == during) {
      endpoint.send(request, target);
      long next = Math.min(2 * waitMs, LONGEST_REPEAT_MS);
      endpoint.after(waitMs, () -> repeat(call, during, request, next));
    }
  }

  private void onInviteAnswer(DemoCall call, SipResponse response) {
    String server = response.value(HeaderName.SERVER);
    if (server != null && call.server.isEmpty()) {
      call.server = server;
    }
    if (response.isProvisional()) {
      onProvisional(call, response.status());
    } else if (response.isSuccess()) {
      onAnswered(call, response);
    } else {
      endpoint.send(call.refusedAck(response), target);
      if (!call.lost) {
        tally.failed(call.server, "INVITE " + response.status() + " " + response.reason());
      }
      done(call);
    }
  }

  private void onProvisional(DemoCall call, int status) {
    if (call.state == State.CALLING) {
      call.state = State.RINGING;
    }
    if (status > 100 && dead.contains(call.server)) {
      loseWithServer(call);
    }
  }

  private void onAnswered(DemoCall call, SipResponse response) {
    byte[] ack = call.ack;
    if (ack != null) {
      endpoint.send(ack, target);
      return;
    }
    String server = response.value(HeaderName.SERVER);
    call.server = server == null ? call.server : server;
    endpoint.send(call.establish(response), target);
    tally.answered(call.server, (System.nanoTime() - call.startedNs) / 1_000_000);
    call.state = State.TALKING;
    if (dead.contains(call.server)) {
      loseWithServer(call);
    }
    endpoint.after(stopped ? 0 : random.nextInt(talkLeastMs, 2 * talkLeastMs), () -> hangUp(call));
  }

  private void onByeAnswer(DemoCall call, SipResponse response) {
    if (call.state != State.HANGING_UP) {
      return;
    }
    if (!response.isSuccess() && !call.lost && !call.forgiven) {
      tally.failed(call.server, "BYE " + response.status() + " " + response.reason());
    }
    done(call);
  }

  private void hangUp(DemoCall call) {
    if (call.state == State.TALKING) {
      tally.ended(call.server);
      call.state = State.HANGING_UP;
      repeat(call, State.HANGING_UP, call.bye(), T1_MS);
      endpoint.after(PATIENCE_MS, () -> giveUp(call, "BYE"));
    }
  }

  private void loseWithServer(DemoCall call) {
    if (call.state == State.HANGING_UP) {
      call.forgiven = true;
      return;
    }
    if (call.lost || call.state != State.RINGING && call.state != State.TALKING) {
      return;
    }
    call.lost = true;
    tally.lost(call.server);
    if (call.state == State.RINGING) {
      endpoint.after(CANCEL_AFTER_MS, () -> cancel(call));
    }
  }

  private void cancel(DemoCall call) {
    if (call.state == State.RINGING) {
      call.state = State.CANCELLING;
      repeat(call, State.CANCELLING, call.cancel(), T1_MS);
    }
  }

  private void giveUp(DemoCall call, String method) {
    String waitsFor =
        switch (call.state) {
          case CALLING, RINGING, CANCELLING -> "INVITE";
          case HANGING_UP -> "BYE";
          case TALKING, DONE -> "";
        };
    if (!waitsFor.equals(method)) {
      return;
    }
    if (!call.lost && !call.forgiven) {
      tally.failed(call.server, method + " without an answer");
    }
    done(call);
  }

  private void done(DemoCall call) {
    call.state = State.DONE;
    calls.remove(call.id);
    living = calls.size();
  }
}
