// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;

/** The words of a line, divided by blanks as devices write them: one, or several. Immutable. */
final class LineWords {
  private LineWords() {}

  /** Where the word that begins at from ends. */
  static int end(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != ' ' && bytes[i] != '\t') {
      i++;
    }
    return i;
  }

  /** Where the next word begins, or to. */
  static int next(byte[] bytes, int from, int to) {
    return Ascii.skipLws(bytes, end(bytes, from, to), to);
  }
}
