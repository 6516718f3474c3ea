// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import io.fairlead.pool.health.CheckResult;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a response says of the backend that gave it. The only place that decides what a 503 means.
 * Immutable.
 *
 * <p>FreeSWITCH refuses for lack of room before anything else: no 100, no Reason, and a
 * Retry-After. Whatever became of a call in its dialplan has a Reason header (RFC 6432), and a 503
 * of that kind, as 500, 502 and 504, may be the answer of the one destination that was called.
 */
public enum ResponseVerdict {
  /** It has taken the request up: 100, and 183, which may be the announcement of a failure. */
  TRYING,
  /** The destination rings: 180 and other provisional responses. */
  RINGING,
  /** The request was served, or refused on its merits: 2xx, 3xx, 4xx, 6xx. */
  SERVED,
  /** Tells nothing: challenges, 408, what answers a CANCEL, 5xx that are the request's fault. */
  NEITHER,
  /** 503 as FreeSWITCH gives when it has no room. */
  OVERLOAD,
  /** Another 503 without a Reason. */
  REFUSED,
  /** 500, 502, 504, or 503 with a Reason. */
  FAILED;

  /**
   * What a response says.
   *
   * @param before what the same backend said last of the same request, or null
   */
  public static ResponseVerdict of(SipResponse response, @Nullable ResponseVerdict before) {
    int status = response.status();
    if (status < 200) {
      return status == 100 || status == 183 ? TRYING : RINGING;
    }
    return switch (status) {
      case 500, 502, 504 -> FAILED;
      case 503 -> response.has(HeaderName.REASON) ? FAILED : refusal(response, before);
      case 401, 407, 408, 487 -> NEITHER;
      default -> status >= 500 && status < 600 ? NEITHER : SERVED;
    };
  }

  // FreeSWITCH's own refusal is the first thing that it says.
  private static ResponseVerdict refusal(SipResponse response, @Nullable ResponseVerdict before) {
    return before == null && response.has(HeaderName.RETRY_AFTER) ? OVERLOAD : REFUSED;
  }

  /**
   * What the final answer to a check says. No destination is in it, so any 503 is the backend's.
   */
  public static CheckResult ofCheck(int status) {
    return status == 503 ? CheckResult.SATURATED : CheckResult.PASSED;
  }

  /** True for a failure that may be the backend's fault. */
  public boolean failure() {
    return busy() || this == FAILED;
  }

  /** True when a backend that is to blame for it has no room, rather than a defect. */
  public boolean busy() {
    return this == OVERLOAD || this == REFUSED;
  }
}
