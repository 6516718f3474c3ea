// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a call have told of its dialog (RFC 3261 §12): enough to write a request as
 * either party would.
 *
 * <p>Owned by one loop.
 */
public final class DialogState {
  /** More Record-Routes than a request may pass proxies. */
  private static final int MAX_ROUTES = 70;

  /** Below 2^31 (RFC 3261 §8.1.1.5), with room for what follows. */
  private static final long HIGHEST_CSEQ = (1L << 31) - 1000;

  private final byte[] @Nullable [] contacts = new byte[2][];
  private final byte[] @Nullable [] names = new byte[2][];
  private final long[] cseqs = new long[2];
  private byte @Nullable [] callId;
  private @Nullable String calleeTag;
  private List<byte[]> routes = List.of();
  private @Nullable CSeqRenumbering renumbering;
  private @Nullable String sessionExpires;
  private @Nullable Party refresher;
  private boolean ending;

  private CSeqRenumbering renumbering() {
    CSeqRenumbering numbers = renumbering;
    if (numbers == null) {
      numbers = new CSeqRenumbering();
      renumbering = numbers;
    }
    return numbers;
  }

  /** Learns from a message that has come, and may still have to wait. */
  void arrived(CallMessage message) {
    Method method = message.method();
    if (message.isRequest() && method != Method.ACK) {
      int party = message.from().ordinal();
      cseqs[party] = Math.max(cseqs[party], outward(message));
      ending |= method == Method.BYE && !isOther(message);
    }
  }

  /** The number that a request leaves with. */
  public long outward(CallMessage message) {
    long cseq = message.sip().cseq();
    if (message.isInserted() || isOther(message)) {
      return cseq;
    }
    CSeqRenumbering numbers = renumbering;
    return numbers == null ? cseq : numbers.of(message.from()).outward(cseq);
  }

  /** Puts the numbers of a message right where requests of ours were inserted. */
  void renumber(CallMessage message, Edit edit) {
    CSeqRenumbering numbers = renumbering;
    if (numbers != null && !message.isInserted() && !isOther(message)) {
      numbers.edit(message, edit);
    }
  }

  /** Learns from a message that goes on. */
  void note(CallMessage message) {
    SipMessage sip = message.sip();
    int party = message.from().ordinal();
    Method method = message.method();
    boolean success = message.status() >= 200 && message.status() < 300;
    boolean refreshes = method == Method.INVITE || method == Method.UPDATE;
    if (!refreshes || !message.isRequest() && !success || isOther(message)) {
      return;
    }
    byte[] contact = contact(sip);
    contacts[party] = contact == null ? contacts[party] : contact;
    if (success && method == Method.INVITE && callId == null) {
      begin(message);
    }
    if (success) {
      noteSession(message);
    }
  }

  // RFC 4028 §9: who has asked is the UAC.
  private void noteSession(CallMessage success) {
    SipMessage sip = success.sip();
    int i = sip.first(HeaderName.SESSION_EXPIRES);
    String value = i < 0 ? null : Ascii.text(sip.bytes(), sip.valueStart(i), sip.valueEnd(i));
    int end = value == null ? -1 : value.indexOf(';');
    boolean byAnswerer = value != null && value.endsWith("=uas");
    sessionExpires = value == null || end < 0 ? value : value.substring(0, end).strip();
    refresher = byAnswerer ? success.from() : success.from().other();
  }

  // A further 2xx of a fork is another dialog.
  private boolean isOther(CallMessage message) {
    return calleeTag != null && !calleeTag.equals(message.calleeTag());
  }

  private void begin(CallMessage success) {
    SipMessage sip = success.sip();
    int answerer = success.from().ordinal();
    callId = Arrays.copyOfRange(sip.bytes(), sip.callIdFrom(), sip.callIdTo());
    names[answerer] = value(sip, HeaderName.TO);
    names[1 - answerer] = value(sip, HeaderName.FROM);
    calleeTag = success.calleeTag();
    routes = routes(sip);
    if (success.from() == Party.CALLER) {
      Collections.reverse(routes);
    }
  }

  private static byte[] value(SipMessage sip, HeaderName name) {
    int i = sip.first(name);
    return Arrays.copyOfRange(sip.bytes(), sip.valueStart(i), sip.valueEnd(i));
  }

  private static byte @Nullable [] contact(SipMessage sip) {
    int i = sip.first(HeaderName.CONTACT);
    NameAddr element = new NameAddr();
    return i >= 0 && element.parse(sip.bytes(), sip.valueStart(i), sip.valueEnd(i))
        ? Arrays.copyOfRange(sip.bytes(), element.uriFrom(), element.uriTo())
        : null;
  }

  private static List<byte[]> routes(SipMessage sip) {
    List<byte[]> found = new ArrayList<>();
    NameAddr element = new NameAddr();
    for (int i = sip.first(HeaderName.RECORD_ROUTE);
        i >= 0;
        i = sip.next(HeaderName.RECORD_ROUTE, i)) {
      int from = sip.valueStart(i);
      while (from >= 0
          && found.size() < MAX_ROUTES
          && element.parse(sip.bytes(), from, sip.valueEnd(i))) {
        found.add(Arrays.copyOfRange(sip.bytes(), from, element.end()));
        from = element.nextElement(sip.valueEnd(i));
      }
    }
    return found;
  }

  /** True when a request can be written in the name of both parties. */
  public boolean isComplete() {
    return callId != null && contacts[0] != null && contacts[1] != null && !routes.isEmpty();
  }

  /** The Call-ID; only when {@link #isComplete}. */
  public byte[] callId() {
    return known(callId);
  }

  /** What stands in From when that party sends, and in To when the other does. */
  public byte[] name(Party party) {
    return known(names[party.ordinal()]);
  }

  /** The URI of the Contact that the party gave last. */
  public byte[] contact(Party party) {
    return known(contacts[party.ordinal()]);
  }

  /**
   * The number of the next request of ours in the name of a party; from now on the party's own are
   * renumbered.
   */
  public long nextCseq(Party party) {
    long next = ++cseqs[party.ordinal()];
    renumbering().of(party).add(next);
    return next;
  }

  /** True when requests of ours can be inserted in both directions. */
  public boolean takesInserted() {
    CSeqRenumbering numbers = renumbering;
    return isComplete()
        && Math.max(cseqs[0], cseqs[1]) < HIGHEST_CSEQ
        && (numbers == null
            || !numbers.of(Party.CALLER).isFull() && !numbers.of(Party.CALLEE).isFull());
  }

  /** True when a party has sent a BYE. */
  public boolean isEnding() {
    return ending;
  }

  /**
   * The Session-Expires for a re-INVITE in the name of a party, so that the session goes on as it
   * was agreed (RFC 4028 §7.4).
   *
   * @return null when it does not expire
   */
  public @Nullable String sessionExpires(Party from) {
    return sessionExpires == null
        ? null
        : sessionExpires + (refresher == from ? ";refresher=uac" : ";refresher=uas");
  }

  /** The route set of a party: the values of its Route headers, its nearest proxy first. */
  public List<byte[]> routes(Party party) {
    return party == Party.CALLEE ? routes : routes.reversed();
  }

  private static byte[] known(byte @Nullable [] value) {
    if (value == null) {
      throw new IllegalStateException("the dialog is not complete");
    }
    return value;
  }
}
