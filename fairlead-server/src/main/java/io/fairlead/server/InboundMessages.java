// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.guard.edge.Arrival;
import io.fairlead.guard.edge.NetworkEdge;
import io.fairlead.guard.gate.GateRefusal;
import io.fairlead.guard.gate.RequestGate;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.proxy.Proxy;
import io.fairlead.proxy.StatelessProxy;
import io.fairlead.registrar.Registrars;
import io.fairlead.registrar.keepalive.Keepalive;
import io.fairlead.registrar.keepalive.KeepaliveBranchId;
import io.fairlead.route.RequestLog;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipProblem;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.Branch;
import io.fairlead.transaction.ReplyPath;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of a message into its loop: parse, answer what breaks the grammar, find the owner, hand
 * over to the transactions.
 *
 * <p>Owned by one loop.
 */
final class InboundMessages {
  private static final int MALFORMED_TAG = 8;
  private static final int RUBBISH_LINES = 16;
  private static final int LONGEST_SHOWN = 256;
  private static final SipProblem DEFECT =
      new SipProblem(RefusalCause.INTERNAL.status(), RefusalCause.INTERNAL.reason());

  private final Loop loop;
  private final LoopDispatcher owners;
  private final TransactionTable table;
  private final Predicate<SipRequest> known;
  private final Proxy proxy;
  private final StatelessProxy stateless;
  private final Registrars registrars;
  private final Keepalive keepalive;
  private final ReplyPath replyPath;
  private final SipParser parser = new SipParser();
  private final SipWriter refusal = new SipWriter(512);
  private final Meters meters;
  private final DefectListener defects;
  private final RequestGate gate;
  private final RequestLog refusals;
  private final NetworkEdge edge;
  private final Counter notSip;
  private final Counter hops;
  private boolean anyStateless;

  InboundMessages(
      LoopComponents station,
      LoopDispatcher owners,
      ServerCore.Dependencies ground,
      ReplyPath replyPath) {
    this.meters = ground.meters();
    this.edge = ground.guard().edge();
    this.defects = ground.defects();
    this.loop = station.loop();
    this.table = station.table();
    this.known = table::knows;
    this.proxy = station.proxy();
    this.stateless = station.stateless();
    this.registrars = station.registrars();
    this.keepalive = station.keepalive();
    this.owners = owners;
    this.replyPath = replyPath;
    this.gate = ground.guard().gate().onLoop(loop);
    this.refusals =
        new RequestLog(meters, record -> ground.log().write(station.loop().index(), record));
    this.notSip = meters.counter(Meter.NOT_SIP);
    this.hops = meters.counter(Meter.LOOP_HOPS);
  }

  Loop loop() {
    return loop;
  }

  /**
   * True when some route forwards without state: then requests are shown to the stateless proxy
   * first.
   */
  void anyStateless(boolean any) {
    anyStateless = any;
  }

  /** A message read on this loop. */
  void onMessage(Flow flow, byte[] bytes, int from, int to) {
    try {
      switch (edge.incoming(flow, bytes, from, to)) {
        case UNCHANGED -> take(edge.flow(flow), bytes, from, to);
        case CHANGED -> {
          SipWriter text = edge.read();
          take(edge.flow(flow), text.bytes(), 0, text.length());
        }
        case UNREADABLE -> take(flow, bytes, from, to);
        case FORGED -> refuse(flow, bytes, from, to, RefusalCause.FOREIGN_ROUTE);
        case NO_PRIVACY -> refuse(flow, bytes, from, to, RefusalCause.NO_PRIVACY);
      }
    } catch (Throwable e) {
      failed(flow, bytes, from, to, e);
    }
  }

  // As it came: what we answer is what its sender wrote.
  private void refuse(Flow flow, byte[] bytes, int from, int to, RefusalCause cause) {
    meters.counter(Meter.REFUSED, cause.flag()).add();
    if (parser.parse(bytes, from, to) instanceof SipRequest request) {
      answer(flow, request, new SipProblem(cause.status(), cause.reason()), "");
    }
  }

  private void take(Flow flow, byte[] bytes, int from, int to) {
    SipMessage message = parser.parse(bytes, from, to);
    switch (message) {
      case null -> {
        notSip.add();
        gate.malformed(flow);
      }
      case SipRequest request -> take(flow, request);
      case SipResponse response -> {
        if (response.problem() != null) {
          malformed(flow, response.problem());
        } else {
          InboundMessages owner = ownerOf(response);
          if (owner == this) {
            receive(flow, response);
          } else {
            hop(owner, flow, response);
          }
        }
      }
    }
  }

  private void take(Flow flow, SipRequest request) {
    if (request.problem() != null) {
      refuse(flow, request, request.problem());
      return;
    }
    GateRefusal refusal = gate.judge(flow, request);
    if (refusal != null) {
      refuse(flow, request, refusal);
      return;
    }
    ReplyPath.alias(flow, request);
    InboundMessages owner = ownerOf(request);
    if (owner == this) {
      receive(flow, request);
    } else {
      hop(owner, flow, request);
    }
  }

  /** What a stream brought and is no message. The connection ends behind this. */
  void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem) {
    try {
      SipRequest request = request(bytes, from, Math.min(to, from + SipParser.MAX_LENGTH));
      if (request == null) {
        malformed(flow, problem);
      } else {
        refuse(flow, request, problem);
      }
    } catch (Throwable e) {
      failed(flow, bytes, from, to, e);
    }
  }

  // The first request in it: behind the first lines when those are rubbish.
  private @Nullable SipRequest request(byte[] bytes, int from, int to) {
    int at = from;
    for (int line = 0; line < RUBBISH_LINES && at < to; line++) {
      if (parser.parse(bytes, at, to) instanceof SipRequest request && request.hasVia()) {
        return request;
      }
      while (at < to && bytes[at] != '\n') {
        at++;
      }
      at++;
    }
    return null;
  }

  // ---- defects ----

  // The outermost line of a message. Whoever waits for the step is answered, if not by what it was
  // for then from here; the message costs no other one anything.
  private void failed(Flow flow, byte[] bytes, int from, int to, Throwable e) {
    String what = "a message";
    try {
      SipMessage message = parser.parse(bytes, from, to);
      what = message == null ? what : title(message);
      if (!loop.steps().failed() && message instanceof SipRequest request) {
        answer(flow, request, DEFECT, "");
      }
    } catch (Throwable again) {
      e.addSuppressed(again);
    } finally {
      defects.met(what, e);
    }
  }

  private static String title(SipMessage message) {
    String callId = message.callIdTo() > message.callIdFrom() ? message.callId() : "unknown";
    String kind = message instanceof SipResponse response ? response.status() + " to " : "";
    String shown = callId.substring(0, Math.min(callId.length(), LONGEST_SHOWN));
    return kind + message.cseqMethod() + " of call " + shown;
  }

  private InboundMessages ownerOf(SipRequest request) {
    return request.method() == Method.REGISTER
        ? owners.ofRegistration(request)
        : owners.ofCall(request.bytes(), request.callIdFrom(), request.callIdTo());
  }

  private InboundMessages ownerOf(SipResponse response) {
    InboundMessages minted = minted(response);
    return minted != null
        ? minted
        : owners.ofCall(response.bytes(), response.callIdFrom(), response.callIdTo());
  }

  /** The inbound of the loop that wrote the branch of the topmost Via; null when it is not ours. */
  private @Nullable InboundMessages minted(SipMessage message) {
    int from = message.via().branchFrom();
    int to = message.via().branchTo();
    long id = Branch.id(message.bytes(), from, to);
    int minter = id == 0 ? KeepaliveBranchId.loop(message.bytes(), from, to) : Branch.loop(id);
    return minter < 0 ? null : owners.ofLoop(minter);
  }

  // Read by another loop than its call's. When that one sleeps, we take its place and save both the
  // copy and the wake-up.
  private void hop(InboundMessages owner, Flow flow, SipMessage message) {
    hops.add();
    if (owner.loop.borrow()) {
      try {
        owner.onHop(flow, message.bytes(), message.start(), message.end());
      } finally {
        owner.loop.giveBack();
      }
      return;
    }
    byte[] copy = java.util.Arrays.copyOfRange(message.bytes(), message.start(), message.end());
    owner.loop.execute(() -> owner.onHop(flow, copy, 0, copy.length));
  }

  private void onHop(Flow flow, byte[] bytes, int from, int to) {
    try {
      takeOver(flow, bytes, from, to);
    } catch (Throwable e) {
      failed(flow, bytes, from, to, e);
    }
  }

  private void takeOver(Flow flow, byte[] bytes, int from, int to) {
    switch (parser.parse(bytes, from, to)) {
      case null -> notSip.add();
      case SipRequest request -> receive(flow, request);
      case SipResponse response -> receive(flow, response);
    }
  }

  private void receive(Flow flow, SipRequest request) {
    GateRefusal refusal = gate.rate(request, known);
    if (refusal != null) {
      refuse(flow, request, refusal);
      return;
    }
    if (request.method() == Method.REGISTER && registrars.take(flow, request)) {
      return;
    }
    if (!anyStateless || !stateless.take(proxy.policy(), flow, request)) {
      table.onRequest(flow, request);
    }
  }

  private void receive(Flow flow, SipResponse response) {
    if (!keepalive.take(flow, response) && (!anyStateless || !stateless.take(flow, response))) {
      table.onResponse(flow, response);
    }
  }

  // RFC 3261 §16.3 step 1: an answer where the way back can be read; an ACK is never answered.
  private void refuse(Flow flow, SipRequest request, SipProblem problem) {
    malformed(flow, problem);
    answer(flow, request, problem, "");
  }

  // What the guard does not let in: the flood is to cost little, so few get a line in the log.
  private void refuse(Flow flow, SipRequest request, GateRefusal refusal) {
    RefusalCause cause = refusal.cause();
    if (request.method() != Method.ACK && gate.mayLog()) {
      int status = refusal.silent() ? 0 : cause.status();
      refusals.write(
          refusals
              .record(request, flow, loop.nowNs())
              .answered(status, loop.nowNs())
              .cause(cause)
              .rule(refusal.rule()));
    }
    if (!refusal.silent()) {
      refusals.refused(cause);
      SipProblem problem = new SipProblem(cause.status(), cause.reason());
      answer(flow, request, problem, refusal.headers());
    }
  }

  private void answer(Flow flow, SipRequest request, SipProblem problem, String headers) {
    if (request.hasVia() && request.method() != Method.ACK) {
      byte[] tag =
          new SipWriter(MALFORMED_TAG).hex(request.length() * 0x9e3779b9L, MALFORMED_TAG).copy();
      Responses.write(
          refusal.clear(),
          request,
          flow.remote(),
          problem.status(),
          problem.reason(),
          tag,
          headers);
      replyPath.of(flow, request.via()).send(refusal.bytes(), 0, refusal.length());
    }
  }

  private void malformed(Flow flow, SipProblem problem) {
    gate.malformed(flow);
    meters.counter(Meter.PARSE_FAILURES, problem.reason()).add();
  }

  /**
   * What was sent did not reach the peer; the transaction it belongs to is told on its own loop.
   */
  void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
    try {
      boolean changed = edge.incoming(flow, bytes, from, to) == Arrival.CHANGED;
      SipWriter text = edge.read();
      if (changed) {
        notDelivered(flow, text.bytes(), 0, text.length(), why);
      } else {
        notDelivered(flow, bytes, from, to, why);
      }
    } catch (Throwable e) {
      loop.steps().failed();
      defects.met("a message that could not be delivered", e);
    }
  }

  private void notDelivered(Flow flow, byte[] bytes, int from, int to, String why) {
    SipMessage message = parser.parse(bytes, from, to);
    InboundMessages owner = message == null ? this : ownerOfSent(message);
    if (owner == this) {
      undeliverable(message, bytes, from, to, why);
    } else {
      byte[] copy = java.util.Arrays.copyOfRange(bytes, from, to);
      owner.loop.execute(() -> owner.onUndeliverable(flow, copy, 0, copy.length, why));
    }
  }

  private void undeliverable(
      @Nullable SipMessage message, byte[] bytes, int from, int to, String why) {
    if (!(message instanceof SipRequest sent && keepalive.takeUndeliverable(sent, why))) {
      table.onUndeliverable(bytes, from, to, why);
    }
  }

  private InboundMessages ownerOfSent(SipMessage sent) {
    boolean ours = sent instanceof SipRequest && sent.hasVia();
    InboundMessages minted = ours ? minted(sent) : null;
    if (minted != null) {
      return minted;
    }
    if (sent.cseqMethod() == Method.REGISTER) {
      return owners.ofRegistration(sent);
    }
    boolean named = sent.callIdTo() > sent.callIdFrom();
    return named ? owners.ofCall(sent.bytes(), sent.callIdFrom(), sent.callIdTo()) : this;
  }

  /** A connection ended. */
  void onClosed(Flow flow, String why) {
    Flow within = edge.flow(flow);
    table.onClosed(within, why);
    keepalive.onClosed(within);
  }
}
