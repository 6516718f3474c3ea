// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

/** What becomes of an answered call whose media engine is lost. Immutable. */
public enum OnEngineLoss {
  /** Its parties are asked by re-INVITE to take another engine. */
  REINVITE,
  /** It waits, silent, until a party sends an offer. */
  WAIT
}
