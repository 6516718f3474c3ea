// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.Ascii;

/**
 * The version in o= of what one side reads (RFC 3264 §8): it must grow when what we write changes,
 * even where the other side wrote the same again and only our ports are new.
 *
 * <p>Owned by the call's loop.
 */
final class OriginVersion {
  private static final long HIGHEST = Long.MAX_VALUE / 4;
  private static final long SEED = 0x6f3d;

  private long session;
  private long text;
  private long written = -1;
  private long ahead;

  private int from;
  private int to;

  /**
   * What the version is to be.
   *
   * @param read what its writer wrote
   * @param result what we write, the version still as it was
   * @return by how much it must be higher than its writer has it; 0 nearly always
   */
  long ahead(SessionDescription read, byte[] result, int length) {
    if (!find(read)) {
      return 0;
    }
    byte[] bytes = read.bytes();
    long version = Ascii.number(bytes, from, to, HIGHEST);
    if (version < 0) {
      return 0;
    }
    long whose = Ascii.hash(SEED, bytes, read.valueStart(read.originLine()), from);
    if (whose != session) {
      session = whose;
      ahead = 0;
      written = -1;
    }
    long hash = Ascii.hash(SEED, result, 0, length);
    if (hash != text && version + ahead <= written) {
      ahead = written + 1 - version;
    }
    text = hash;
    written = version + ahead;
    return ahead;
  }

  /** Where the version of the description looked at last begins. */
  int from() {
    return from;
  }

  /** Where it ends. */
  int to() {
    return to;
  }

  // o=<username> <sess-id> <sess-version> IN <addrtype> ...: user names with blanks exist, so it
  // is looked for from the address.
  private boolean find(SessionDescription read) {
    int line = read.originLine();
    if (line < 0 || !read.origin().present()) {
      return false;
    }
    byte[] bytes = read.bytes();
    int start = read.valueStart(line);
    int type = wordBefore(bytes, start, read.origin().familyFrom());
    from = wordBefore(bytes, start, type);
    to = from;
    while (to < type && bytes[to] > ' ') {
      to++;
    }
    return from > start;
  }

  // Where the word begins that stands before a position.
  private static int wordBefore(byte[] bytes, int start, int position) {
    int at = position;
    while (at > start && bytes[at - 1] <= ' ') {
      at--;
    }
    while (at > start && bytes[at - 1] > ' ') {
      at--;
    }
    return at;
  }
}
