// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;

/**
 * One message of a call on its way from one party to the other.
 *
 * <p>Owned by one loop.
 */
public final class CallMessage {
  private SipMessage sip;
  private final Party from;
  private final long exchange;
  private final Flow in;
  private final Flow out;
  private boolean again;
  private boolean kept;
  private boolean byFlow;

  /**
   * A message that is about to be sent on.
   *
   * @param from who sent it
   * @param exchange see {@link #exchange()}
   * @param in the flow it came by
   * @param out the flow it is to leave by
   */
  public CallMessage(SipMessage sip, Party from, long exchange, Flow in, Flow out) {
    this.sip = sip;
    this.from = from;
    this.exchange = exchange;
    this.in = in;
    this.out = out;
  }

  /** The message is a kept one: nobody needs to copy it. */
  public CallMessage kept() {
    kept = true;
    return this;
  }

  /** The callee is behind NAT: nothing but the flow of its registration reaches it. */
  public CallMessage byFlow(boolean only) {
    byFlow = only;
    return this;
  }

  /** True for an INVITE to a device that is behind NAT, as its registration has shown. */
  public boolean byFlow() {
    return byFlow;
  }

  /** The message as it came; borrowed until {@link CallFilter#onMessage} returns. */
  public SipMessage sip() {
    return sip;
  }

  /** Who sent it. */
  public Party from() {
    return from;
  }

  /**
   * The number of the request, in the call, as it went to one place. Its responses have the same.
   * Each attempt of an INVITE has its own. 0 for an ACK, and for the failure that the caller is
   * told when all attempts have failed.
   */
  public long exchange() {
    return exchange;
  }

  /** The flow it came by; its listener says on which network. */
  public Flow in() {
    return in;
  }

  /** The flow it leaves by; its listener says on which network. */
  public Flow out() {
    return out;
  }

  /**
   * True for a request that is ours, written in the name of a party, and for its responses: they
   * end here.
   */
  public boolean isInserted() {
    return (isRequest() ? in : out) instanceof InsertedFlow;
  }

  /** True for a request, an ACK included. */
  public boolean isRequest() {
    return sip instanceof SipRequest;
  }

  /** The method of the request, or of the one that a response answers. */
  public Method method() {
    return sip instanceof SipRequest request ? request.method() : sip.cseqMethod();
  }

  /** The status of a response; 0 for a request. */
  public int status() {
    return sip instanceof SipResponse response ? response.status() : 0;
  }

  /**
   * True for a 2xx to an INVITE, its ACK, or a reliable provisional response that has passed
   * before: it must come out as it did then.
   */
  public boolean again() {
    return again;
  }

  /** The callee's tag; empty when it is not known yet. Each fork has its own. */
  public String calleeTag() {
    return calleeTagInTo()
        ? Ascii.text(sip.bytes(), sip.toTagFrom(), sip.toTagTo())
        : Ascii.text(sip.bytes(), sip.fromTagFrom(), sip.fromTagTo());
  }

  // ---- for the chain ----

  void again(boolean passedBefore) {
    again = passedBefore;
  }

  void keep() {
    if (!kept) {
      kept = true;
      sip = sip.keep();
    }
  }

  /** The dialog and direction it must keep its place in; 0 when there is no dialog yet. */
  long lane() {
    boolean inTo = calleeTagInTo();
    boolean known = inTo ? sip.hasToTag() : sip.hasFromTag();
    return known ? tagHash(inTo) << 1 | from.ordinal() : 0;
  }

  /** What a copy of it has as well; 0 when the transactions absorb copies of it. */
  long identity() {
    boolean ack = sip instanceof SipRequest request && request.method() == Method.ACK;
    int status = status();
    boolean success = status >= 200 && status < 300 && sip.cseqMethod() == Method.INVITE;
    long rseq = status > 100 && status < 200 ? rseq() : 0;
    if (!ack && !success && rseq == 0) {
      return 0;
    }
    // Two branches may lead to one callee, who answers both under one tag.
    long hash = (exchange * 31 + tagHash(calleeTagInTo())) * 31 + sip.cseq();
    // A party may give a request of its own the number that one of ours has on the other side.
    hash = isInserted() ? ~hash : hash;
    return (hash * 31 + rseq) * 31 + (ack ? 1 : status) << 1 | from.ordinal();
  }

  private long rseq() {
    int i = sip.first(HeaderName.RSEQ);
    return i < 0 ? 0 : Ascii.hash(1, sip.bytes(), sip.valueStart(i), sip.valueEnd(i)) | 1;
  }

  private long tagHash(boolean inTo) {
    return inTo
        ? Ascii.hash(1, sip.bytes(), sip.toTagFrom(), sip.toTagTo())
        : Ascii.hash(1, sip.bytes(), sip.fromTagFrom(), sip.fromTagTo());
  }

  // The one who sent the request stands in From, also in its responses.
  private boolean calleeTagInTo() {
    return (from == Party.CALLER) == isRequest();
  }
}
