// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

/** What becomes of a call whose media has stopped. Immutable. */
public enum OnSilence {
  /** It is ended: BYE to both sides. */
  BYE,
  /** It goes on; the log says so. */
  LOG
}
