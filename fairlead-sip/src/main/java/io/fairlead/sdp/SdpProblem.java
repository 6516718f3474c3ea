// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

/**
 * Why a session description cannot be worked with. A value, not an exception: any peer can cause
 * it. Immutable.
 *
 * @param reason what is wrong, for logs and for a Warning header
 * @param line the line it is on, the first being 1; 0 when it is about the whole
 */
public record SdpProblem(String reason, int line) {
  static final SdpProblem EMPTY = new SdpProblem("no session description", 0);
  static final SdpProblem TOO_LONG = new SdpProblem("longer than 65535 bytes", 0);
  static final SdpProblem TOO_MANY_LINES =
      new SdpProblem("more than " + SdpParser.MAX_LINES + " lines", 0);

  /** More m= lines than anybody needs: to be told from what cannot be read. */
  public static final SdpProblem TOO_MANY_MEDIA =
      new SdpProblem("more than " + SdpParser.MAX_MEDIA + " media descriptions", 0);

  @Override
  public String toString() {
    return line == 0 ? reason : reason + " in line " + line;
  }
}
