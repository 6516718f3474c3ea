// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;

/**
 * Puts back what a {@link HidingWriter}, of this node or another, has taken out of a message that
 * comes from the side from which the inside is hidden. What claims to be sealed by us and is not,
 * where somebody would be reached by it, is refused as a foreign cookie is.
 *
 * <p>Owned by one loop.
 */
public final class HidingReader {
  private final HiddenCallIds callIds;
  private final HiddenVias vias;
  private final HiddenRoutes routes;
  private final HiddenUris uris;
  private final SipWriter callId = new SipWriter(256);
  private final SipWriter hop = new SipWriter(256);

  /** Opens what is sealed with one of the keys of the cluster. */
  public HidingReader(CookieKeys keys) {
    HidingSeals seals = new HidingSeals(keys);
    callIds = new HiddenCallIds(seals);
    vias = new HiddenVias(seals);
    routes = new HiddenRoutes(seals);
    uris = new HiddenUris(seals, callIds);
  }

  /** Whether there may be something to put back, from a look at the bytes alone. */
  public static boolean concerns(HidingRules rules, byte[] bytes, int from, int to) {
    if (rules.hidesCallId()) {
      return true;
    }
    byte[] mark = HidingSeals.PARAMETER;
    for (int i = from; i + mark.length < to; i++) {
      if (bytes[i] == '-'
          && i >= from + 2
          && bytes[i + 1] == mark[3]
          && bytes[i - 1] == mark[1]
          && bytes[i - 2] == mark[0]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts back what is no matter of one header line: Call-ID, Vias, route sets, request-URI. Then
   * {@link #header} is to be asked of each line.
   *
   * @return false when the message must not be acted on
   */
  public boolean restore(CrossingMessage x) {
    SipMessage m = x.message();
    int callIdFrom = m.callIdFrom();
    int callIdTo = m.callIdTo();
    byte[] callIdBytes = m.bytes();
    if (x.rules().hidesCallId()) {
      if (!callIds.restore(callId.clear(), m.bytes(), callIdFrom, callIdTo)) {
        return false;
      }
      x.edit().replace(callIdFrom, callIdTo).put(callId.bytes(), 0, callId.length());
      callIdBytes = callId.bytes();
      callIdFrom = 0;
      callIdTo = callId.length();
    }
    return switch (m) {
          case SipRequest r -> uris.restoreRequestUri(x, hop.clear());
          case SipResponse r -> vias.restore(x, callIdBytes, callIdFrom, callIdTo);
        }
        && routes.restore(x, hop, callIdBytes, callIdFrom, callIdTo);
  }

  /**
   * Where a request is to go because a URI of ours, that it had in its request-URI or a Route, says
   * so: whoever has such a URI got it from us. Empty when nothing was sealed.
   */
  public SipWriter hop() {
    return hop;
  }

  /**
   * Puts back what is sealed in the i-th header line.
   *
   * @return false when the message must not be acted on
   */
  public boolean header(CrossingMessage x, int i) {
    return switch (x.message().name(i)) {
      case CONTACT, REFERRED_BY -> uris.restore(x, i, false);
      case REFER_TO -> uris.restore(x, i, true);
      case REPLACES, JOIN, TARGET_DIALOG, IN_REPLY_TO -> dialog(x, i);
      default -> true;
    };
  }

  private boolean dialog(CrossingMessage x, int i) {
    SipMessage m = x.message();
    if (!x.rules().hidesCallId()) {
      return true;
    }
    int from = m.valueStart(i);
    int to = HiddenCallIds.end(m.bytes(), from, m.valueEnd(i));
    return callIds.restore(x.edit().replace(from, to), m.bytes(), from, to);
  }
}
