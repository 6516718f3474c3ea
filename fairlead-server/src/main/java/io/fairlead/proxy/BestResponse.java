// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the failures of several branches (RFC 3261 §16.7 steps 6 and 7): any 6xx; else the
 * lowest class, and in it what lets the caller do better next time, a 408 last. Challenges are
 * gathered. A branch that never answered is not considered at all.
 *
 * <p>Owned by one loop.
 */
final class BestResponse {
  private @Nullable SipResponse best;
  private @Nullable SipWriter challenges;

  /** Considers one more failure; kept when it is the best so far. */
  void consider(SipResponse response) {
    SipResponse before = best;
    if (before == null) {
      best = response.keep();
    } else if (rank(response) < rank(before)) {
      best = response.keep();
      gather(before);
    } else {
      gather(response);
    }
  }

  private void gather(SipResponse response) {
    gather(response, HeaderName.WWW_AUTHENTICATE);
    gather(response, HeaderName.PROXY_AUTHENTICATE);
  }

  private void gather(SipResponse response, HeaderName name) {
    for (int i = response.first(name); i >= 0; i = response.next(name, i)) {
      SipWriter text = challenges;
      if (text == null) {
        text = new SipWriter(256);
        challenges = text;
      }
      text.put(response.bytes(), response.lineStart(i), response.lineEnd(i));
    }
  }

  /** The best so far, or null. */
  @Nullable SipResponse response() {
    return best;
  }

  /**
   * Challenges of other branches that belong into a best response of 401 or 407; null when there
   * are none.
   */
  @Nullable SipWriter challenges() {
    SipResponse chosen = best;
    boolean challenge = chosen != null && (chosen.status() == 401 || chosen.status() == 407);
    return challenge ? challenges : null;
  }

  private static int rank(SipResponse response) {
    int status = response.status();
    if (ResponseVerdict.of(response, null).busy()) {
      // That one server had no room is no answer to the request.
      return Integer.MAX_VALUE;
    }
    if (status >= 600) {
      return 0;
    }
    return switch (status) {
      case 401, 407, 415, 420, 484 -> 400;
      case 408 -> 599; // that nobody answered says least
      default -> status < 400 ? status : status < 500 ? 400 + status - 399 : status * 10;
    };
  }
}
