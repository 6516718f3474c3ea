// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

import io.fairlead.media.srtp.SrtpSession;

/**
 * What a side and we have agreed on for an m= line.
 *
 * <p>Immutable.
 *
 * @param tag of the a=crypto line that was chosen
 * @param suite as that line names it
 * @param session with both keys
 */
public record SdesKeys(int tag, String suite, SrtpSession session) {
  /** The value of our a=crypto line that answers that one. */
  public String answer() {
    return tag + " " + suite + " inline:" + session.sender().key().base64();
  }

  @Override
  public String toString() {
    return tag + " " + suite;
  }
}
