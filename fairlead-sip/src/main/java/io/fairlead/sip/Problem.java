// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * What is wrong with a message, and how a request with it is answered. A value, not an exception: any peer can cause it.
 * Immutable.
 *
 * @param status 400, or 416 and 505 where RFC 3261 has a status of its own
 * @param reason names the header or the part of the start line
 */
public record Problem(int status, String reason) {
  static Problem bad(String what) {
    return new Problem(400, "Bad " + what);
  }

  static Problem missing(HeaderName name) {
    return new Problem(400, "Missing " + name.text());
  }

  static Problem repeated(HeaderName name) {
    return new Problem(400, "Repeated " + name.text());
  }
}
