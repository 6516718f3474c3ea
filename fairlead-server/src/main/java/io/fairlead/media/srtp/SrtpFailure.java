// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

/** Why a packet is neither decrypted nor encrypted. Immutable. */
public enum SrtpFailure {
  /** It is too short, or its header says more than there is. */
  MALFORMED,
  /** Its tag is not what the key makes of it: changed on its way, of a stranger, or not SRTP. */
  UNAUTHENTIC,
  /** Its index has been seen, or is older than what is remembered. */
  REPLAYED,
  /** It begins one SSRC more than one key is used for. */
  SSRCS,
  /** All indexes of its SSRC are used up: only a new key helps. */
  EXHAUSTED
}
