// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.hiding.CrossingMessage;
import io.fairlead.guard.hiding.HidingReader;
import io.fairlead.guard.hiding.HidingRules;
import io.fairlead.guard.hiding.HidingWriter;
import io.fairlead.guard.trust.PrivacyValue;
import io.fairlead.guard.trust.TrustRules;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OutboundFlows;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes messages where they cross: one parse and one splice in each direction.
 *
 * <p>Owned by one thread: what it gives is valid until the next message of the same direction.
 */
final class EdgeMessages {
  // What is done for a sender who asks for it, where the inside is hidden.
  private static final int HIDDEN = PrivacyValue.HEADER.bit() | PrivacyValue.USER.bit();

  private final SipParser parser = new SipParser();
  private final Edit edit = new Edit();
  private final SipWriter in = new SipWriter();
  private final SipWriter out = new SipWriter();
  private final SealedWay way;
  private final HidingReader reader;
  private final HidingWriter writer;

  EdgeMessages(CookieKeys keys, Supplier<OutboundFlows> wire) {
    way = new SealedWay(keys, wire);
    reader = new HidingReader(keys);
    writer = new HidingWriter(keys);
  }

  // ---- on the way in ----

  /** Changes a message that came from such a side; {@link #read} has what became of it. */
  Arrival incoming(EdgeRules rules, Flow flow, byte[] bytes, int from, int to) {
    HidingRules hiding = rules.hidingAt(flow.listener());
    TrustRules trust = rules.trustAt(flow.listener());
    if (hiding != null && !HidingReader.concerns(hiding, bytes, from, to)) {
      hiding = null;
    }
    if (hiding == null && trust == null) {
      return Arrival.UNCHANGED;
    }
    SipMessage m = parser.parse(bytes, from, to);
    if (m == null || m.problem() != null) {
      return Arrival.UNREADABLE;
    }
    edit.on(m);
    boolean good = hiding == null ? trusted(trust, m) : restored(hiding, trust, m, flow);
    if (!good) {
      return Arrival.FORGED;
    }
    if (trust != null) {
      trust.assertIdentity(m, flow.listener(), edit);
      if (isBeyondUs(rules, m)) {
        return Arrival.NO_PRIVACY;
      }
    }
    if (edit.isEmpty()) {
      return Arrival.UNCHANGED;
    }
    edit.write(in.clear());
    return Arrival.CHANGED;
  }

  private boolean trusted(@Nullable TrustRules trust, SipMessage m) {
    for (int i = 0; trust != null && i < m.headers(); i++) {
      if (trust.stripsIn(m, i)) {
        edit.cut(m.lineStart(i), m.lineEnd(i));
      }
    }
    return true;
  }

  private boolean restored(
      HidingRules hiding, @Nullable TrustRules trust, SipMessage m, Flow flow) {
    CrossingMessage x = new CrossingMessage(hiding, m, flow, edit, false);
    if (!reader.restore(x)) {
      return false;
    }
    if (m instanceof SipRequest r && !r.hasToTag() && reader.hop().length() > 0) {
      way.add(r, flow, reader.hop(), edit);
    }
    for (int i = 0; i < m.headers(); i++) {
      if (trust != null && trust.stripsIn(m, i)) {
        edit.cut(m.lineStart(i), m.lineEnd(i));
      } else if (!reader.header(x, i)) {
        return false;
      }
    }
    return true;
  }

  // RFC 3323 §5: critical means refuse rather than do less. What is asked of header and user is
  // done where the inside is hidden, where the media goes is not ours to say.
  private static boolean isBeyondUs(EdgeRules rules, SipMessage m) {
    if (!(m instanceof SipRequest r) || r.hasToTag()) {
      return false;
    }
    int asked = PrivacyValue.of(m);
    boolean hides = rules.hiding() != null;
    return PrivacyValue.CRITICAL.in(asked)
        && (PrivacyValue.SESSION.in(asked) || !hides && (asked & HIDDEN) != 0);
  }

  /** The message that came last, as it goes on. */
  SipWriter read() {
    return in;
  }

  // ---- on the way out ----

  /**
   * Changes a message that leaves to such a side.
   *
   * @return what is to be sent in its place; null for itself
   */
  @Nullable SipWriter outgoing(EdgeRules rules, Flow flow, byte[] bytes, int from, int to) {
    HidingRules hiding = rules.hidingAt(flow.listener());
    TrustRules trust = rules.trustAt(flow.listener());
    SipMessage m = parser.parse(bytes, from, to);
    if (m == null || m.problem() != null) {
      // The answer to something broken repeats what its sender wrote.
      return null;
    }
    edit.on(m);
    int privacy = trust == null ? 0 : PrivacyValue.of(m);
    boolean anonymous = hiding != null && PrivacyValue.USER.in(privacy);
    CrossingMessage x =
        hiding == null ? null : new CrossingMessage(hiding, m, flow, edit, anonymous);
    for (int i = 0; i < m.headers(); i++) {
      if (trust != null && trust.stripsOut(m, i, privacy)) {
        edit.cut(m.lineStart(i), m.lineEnd(i));
      } else if (x != null) {
        writer.header(x, i);
      }
    }
    if (x != null) {
      writer.end(x);
      TrustRules.performed(m, edit, privacy, HIDDEN);
    }
    if (edit.isEmpty()) {
      return null;
    }
    edit.write(out.clear());
    return out;
  }
}
