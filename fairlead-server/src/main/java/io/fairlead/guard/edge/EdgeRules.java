// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.guard.hiding.HidingRules;
import io.fairlead.guard.trust.TrustRules;
import io.fairlead.transport.Listener;
import org.jspecify.annotations.Nullable;

/**
 * What is done where messages cross. Immutable.
 *
 * @param hiding what is hidden from whom; null for nothing
 * @param trust what is believed of whom; null where all are trusted
 */
record EdgeRules(@Nullable HidingRules hiding, @Nullable TrustRules trust) {
  /** Whether anything is done to messages of a listener. */
  boolean concern(Listener listener) {
    return hidingAt(listener) != null || trustAt(listener) != null;
  }

  /** What is hidden from those whom a listener reaches; null for nothing. */
  @Nullable HidingRules hidingAt(Listener listener) {
    return hiding != null && hiding.hides(listener) ? hiding : null;
  }

  /** The rules for those whom a listener reaches; null when they are trusted. */
  @Nullable TrustRules trustAt(Listener listener) {
    return trust != null && trust.bounds(listener) ? trust : null;
  }
}
