// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import java.time.Duration;
import java.util.List;

/** When the next backend is tried for a call in set-up. Immutable. */
public record FailoverSettings(
    @Setting(doc = "How many backends are tried at most for one request.", value = "3") int tries,
    @Setting(
            doc =
                "How long a backend may stay without any answer, even 100, before the next one is"
                    + " tried. Two seconds outlast two lost packets. With no other to try, a"
                    + " request other than INVITE is waited for until 64 times t1.",
            value = "2s")
        Duration tryTimeout,
    @Setting(
            doc =
                "What makes the next backend be tried: timeout, transport; server for 500, 502, 503"
                    + " or 504 without a Reason header, which is the server's own failure, and with"
                    + " one when it has failed that destination before and has served nothing"
                    + " since: then one other is asked; trunk for a 503 that says that a trunk of"
                    + " this server is down or congested (causes 34, 38, 42, 44 and 58,"
                    + " FreeSWITCH's GATEWAY_DOWN); a status from 400 to 599, whatever its Reason;"
                    + " or `cause:N` for any failure with that Q.850 cause. Other failures with a"
                    + " Reason are the answer of the one destination, which another backend would"
                    + " only dial once more. A 4xx is what the called user decided, unless backends"
                    + " are gateways whose network says it; 401, 407, 487 and a 6xx without such a"
                    + " cause never do.",
            value = "[timeout, transport, server, trunk]")
        List<FailoverReason> on,
    @Setting(
            doc =
                "The longest Retry-After of a 503 that is believed. FreeSWITCH says 300 seconds"
                    + " whenever it is full, though it may have a free place in a moment.",
            value = "10s")
        Duration retryAfterMax) {
  public FailoverSettings {
    if (tries < 1) {
      throw new SettingException("tries", "expected 1 or more, not " + tries);
    }
    if (!tryTimeout.isPositive()) {
      throw new SettingException("try-timeout", "expected more than zero");
    }
    if (!retryAfterMax.isPositive()) {
      throw new SettingException("retry-after-max", "expected more than zero");
    }
    on = List.copyOf(on);
  }

  private boolean onStatus(int status) {
    for (int i = 0; i < on.size(); i++) {
      if (on.get(i).status() == status) {
        return true;
      }
    }
    return false;
  }

  /** Whether this failure makes the next backend be tried. */
  public boolean onFailure(SipResponse failure) {
    return onStatus(failure.status())
        || on.contains(FailoverReason.SERVER) && FailoverReason.ofServer(failure)
        || on.contains(FailoverReason.TRUNK) && FailoverReason.ofTrunk(failure)
        || onCause(failure);
  }

  /** Whether a destination that one backend fails again and again is tried at another. */
  public boolean onDoubt() {
    return on.contains(FailoverReason.SERVER);
  }

  private boolean onCause(SipResponse failure) {
    if (FailoverReason.passesOn(failure.status()) || !failure.has(HeaderName.REASON)) {
      return false;
    }
    int cause = Q850Cause.cause(failure);
    for (int i = 0; i < on.size(); i++) {
      if (cause > 0 && on.get(i).cause() == cause) {
        return true;
      }
    }
    return false;
  }

  /** Whether silence for {@link #tryTimeout} makes the next backend be tried. */
  public boolean onTimeout() {
    return on.contains(FailoverReason.TIMEOUT);
  }

  /** Whether a transport error makes the next backend be tried. */
  public boolean onTransport() {
    return on.contains(FailoverReason.TRANSPORT);
  }
}
