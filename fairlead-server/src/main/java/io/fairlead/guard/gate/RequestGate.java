// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.Offence;
import io.fairlead.guard.gate.sanity.SanityRule;
import io.fairlead.loop.Loop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges what was read, before any state is made for it: scanners, sanity, rates. What is inside a
 * dialog, ACK and CANCEL are not judged; that they are what they say is for the cookie in their
 * Route to show.
 *
 * <p>Owned by one loop.
 */
public final class RequestGate {
  private static final GateRefusal AGENT =
      GateRefusal.dropped(GateMeters.SCANNER_AGENT, RefusalCause.SCANNER);
  private static final GateRefusal USERS =
      GateRefusal.dropped(GateMeters.SCANNER_USERS, RefusalCause.SCANNER);
  private static final GateRefusal OVER_TWICE =
      GateRefusal.dropped(GateMeters.RATE, RefusalCause.RATE_LIMITED);
  private static final GateRefusal ACK = GateRefusal.dropped("ack", RefusalCause.RATE_LIMITED);

  private final Gate gate;
  private final Loop loop;
  private final Map<SanityRule, GateRefusal> insane = new EnumMap<>(SanityRule.class);

  RequestGate(Gate gate, Loop loop) {
    this.gate = gate;
    this.loop = loop;
    for (SanityRule rule : SanityRule.values()) {
      insane.put(rule, GateRefusal.answered(rule.text(), rule.cause()));
    }
  }

  /** A message could not be read. */
  public void malformed(Flow flow) {
    gate.offends(flow, Offence.MALFORMED, loop.nowNs());
  }

  /**
   * Judges a request by who sends it and how it is made. On the loop that read it.
   *
   * @return null when it may go on
   */
  public @Nullable GateRefusal judge(Flow flow, SipRequest r) {
    if (!begins(r)) {
      return null;
    }
    GateRules rules = gate.rules();
    GateRefusal scanner = scanner(rules, flow, r);
    if (scanner != null) {
      gate.meters().count(scanner);
      gate.offends(flow, Offence.SCANNER, loop.nowNs());
      return scanner;
    }
    SanityRule broken = rules.sanity().broken(r, flow.remote().getAddress());
    GateRefusal refusal = broken == null ? null : insane.get(broken);
    if (refusal != null) {
      gate.offends(flow, Offence.MALFORMED, loop.nowNs());
      refuse(refusal, r);
    }
    return refusal;
  }

  /**
   * Judges a request by how many of its method there are. On the loop where its transaction will
   * live.
   *
   * @param known whether it is a retransmission of one that has been let in
   * @return null when it may go on
   */
  public @Nullable GateRefusal rate(SipRequest r, Predicate<SipRequest> known) {
    Method method = r.method();
    if (method == Method.ACK) {
      return gate.refusesAny() && gate.hasRefused(key(r), loop.nowNs()) ? ACK : null;
    }
    GateRules rules = gate.rules();
    MethodRate rate = rules.rates()[method.ordinal()];
    GateRefusal refusal = rules.refusals()[method.ordinal()];
    if (rate == null || refusal == null || !begins(r) || rules.emergency().isEmergency(r)) {
      return null;
    }
    long key = key(r);
    long nowNs = loop.nowNs();
    if (gate.hasRefused(key, nowNs)) {
      refuse(refusal, r);
      return refusal;
    }
    if (known.test(r)) {
      return null;
    }
    return switch (rate.ask(nowNs, key)) {
      case ADMITTED -> null;
      case REFUSED -> {
        refuse(refusal, r);
        yield refusal;
      }
      case DROPPED -> {
        gate.meters().count(OVER_TWICE);
        yield OVER_TWICE;
      }
    };
  }

  /** Whether a refusal may have a line in the call log. */
  public boolean mayLog() {
    return gate.mayLog(loop.nowNs());
  }

  private void refuse(GateRefusal refusal, SipRequest r) {
    gate.meters().count(refusal);
    gate.refuses(key(r), loop.nowNs());
  }

  private @Nullable GateRefusal scanner(GateRules rules, Flow flow, SipRequest r) {
    long nowNs = loop.nowNs();
    if (namesScanner(rules.agents(), r) && !gate.trusted().isTrusted(flow.source(), nowNs)) {
      return AGENT;
    }
    if (rules.userBits() == 0) {
      return null;
    }
    boolean challenged = r.has(HeaderName.AUTHORIZATION) || r.has(HeaderName.PROXY_AUTHORIZATION);
    if (challenged) {
      gate.answersChallenges(flow);
      return null;
    }
    boolean scans = gate.isScanner(flow, nowNs) || tries(flow, r, nowNs);
    return scans && !rules.emergency().isEmergency(r) ? USERS : null;
  }

  private boolean tries(Flow flow, SipRequest r, long nowNs) {
    byte[] bytes = r.bytes();
    return switch (r.method()) {
      case REGISTER ->
          gate.triesToRegister(flow, Gate.hashOf(bytes, r.toUriFrom(), r.toUriTo()), nowNs);
      case OPTIONS ->
          gate.tries(flow, Gate.hashOf(bytes, r.uri().userFrom(), r.uri().userTo()), nowNs);
      case INVITE,
          ACK,
          BYE,
          CANCEL,
          PRACK,
          UPDATE,
          INFO,
          MESSAGE,
          SUBSCRIBE,
          NOTIFY,
          REFER,
          PUBLISH,
          OTHER ->
          false;
    };
  }

  private static boolean namesScanner(ScannerAgents agents, SipRequest r) {
    int line = agents.isEmpty() ? -1 : r.first(HeaderName.USER_AGENT);
    return line >= 0 && agents.in(r.bytes(), r.valueStart(line), r.valueEnd(line)) >= 0;
  }

  /** Whether it begins something: what is inside a dialog, and ACK and CANCEL, do not. */
  static boolean begins(SipRequest r) {
    return switch (r.method()) {
      case ACK, BYE, CANCEL, PRACK -> false;
      case REGISTER, PUBLISH -> true;
      case INVITE, OPTIONS, UPDATE, INFO, MESSAGE, SUBSCRIBE, NOTIFY, REFER, OTHER -> !r.hasToTag();
    };
  }

  // What an INVITE and the ACK to its failure have in common (RFC 3261 §17.1.1.3), and nobody
  // outside can aim at: the table mixes in a number of its own.
  private static long key(SipRequest r) {
    byte[] bytes = r.bytes();
    long call = Gate.hashOf(bytes, r.callIdFrom(), r.callIdTo());
    long branch = Gate.hashOf(bytes, r.via().branchFrom(), r.via().branchTo());
    return call ^ Long.rotateLeft(branch, 32) ^ r.cseq() * 0x9e3779b97f4a7c15L;
  }
}
