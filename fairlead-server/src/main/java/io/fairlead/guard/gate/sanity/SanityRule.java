// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate.sanity;

import io.fairlead.observe.RefusalCause;
import java.util.Locale;

/**
 * Rules for requests that begin something, beyond the grammar, which the parser holds them to.
 * Those that are on as shipped are broken by no phone we know of. Immutable.
 */
public enum SanityRule {
  /** A method longer than {@code max-method}, or a known one in small letters. */
  METHOD(true, RefusalCause.INSANE),
  /** A From or To with a scheme that no user agent has. */
  URI_SCHEME(true, RefusalCause.INSANE),
  /** More header lines than {@code max-headers}. */
  HEADER_COUNT(true, RefusalCause.INSANE),
  /** A header line longer than {@code max-header}. */
  HEADER_SIZE(true, RefusalCause.TOO_LARGE),
  /** A user with signs of SQL or of a format string, in From, To or the Request-URI. */
  USER(true, RefusalCause.INSANE),
  /** No Max-Forwards, which RFC 3261 §8.1.1 asks for and RFC 2543 does not know. */
  MAX_FORWARDS(false, RefusalCause.INSANE),
  /** No tag in From, which RFC 3261 §8.1.1.3 asks for and RFC 2543 does not. */
  FROM_TAG(false, RefusalCause.INSANE),
  /** REGISTER or PUBLISH with a tag in To: they begin no dialog and are in none. */
  TO_TAG(false, RefusalCause.INSANE),
  /** INVITE, SUBSCRIBE or REFER without Contact (RFC 3261 §8.1.1.8). */
  CONTACT(false, RefusalCause.INSANE),
  /** A body without Content-Type (RFC 3261 §20.15). */
  CONTENT_TYPE(false, RefusalCause.INSANE),
  /** A private address in Contact from a public one; phones behind NAT have that. */
  PRIVATE_ADDRESS(false, RefusalCause.INSANE);

  private final boolean shipped;
  private final RefusalCause cause;

  SanityRule(boolean shipped, RefusalCause cause) {
    this.shipped = shipped;
    this.cause = cause;
  }

  /** Whether it is on as shipped. */
  boolean isShipped() {
    return shipped;
  }

  /** How a request that breaks it is answered. */
  public RefusalCause cause() {
    return cause;
  }

  /** Its name in the configuration, the log and meters. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
