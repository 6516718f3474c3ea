// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.SipUri;

/**
 * One Contact of a REGISTER, as asked. Offsets are positions in the request.
 *
 * <p>Owned by one loop: filled again and again.
 */
final class RequestedContact {
  final SipUri uri = new SipUri();
  int uriFrom;
  int uriTo;
  int instanceFrom;
  int instanceTo;
  int regId;
  int q;

  /** Seconds asked for; -1 when the Contact says nothing. */
  long expires;

  /** Seconds granted, 0 to remove. */
  long granted;

  /** Index of the binding it renews or removes, -1 for none. */
  int known;

  boolean hasInstance() {
    return instanceTo > instanceFrom;
  }
}
