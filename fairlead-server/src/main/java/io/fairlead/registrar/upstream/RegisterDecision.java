// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import java.util.Locale;

/** Where a REGISTER goes, and why. Immutable. */
enum RegisterDecision {
  /** A renewal of what is held upstream long enough: answered here. */
  ABSORBED,
  /** One device more behind a registration that stands for all: its password was asked for here. */
  JOINED,
  /** The mode is forward: everything goes upstream. */
  FORWARDED,
  /** It asks for the bindings, or removes some. */
  ASKED,
  /** Nothing is known of a Contact. */
  FIRST,
  /** A Contact, or what is said of it, is another than before. */
  CHANGED,
  /** Another flow, another Call-ID, or a CSeq that goes back. */
  MOVED,
  /** The registration upstream ends too soon, or was refused. */
  DUE,
  /** The backend that has it takes no calls, and another does: that one gets the user. */
  CLOSED,
  /** The backend that has it is down, or may have lost it. */
  LOST;

  /** The meter's label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
