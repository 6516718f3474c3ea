// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

/**
 * A session description (RFC 8866) whose media comes from an address that the outside may know: o=
 * says that address and no user, s= says nothing. Where c= names the inside, media goes there and
 * the description stays as it is. Immutable.
 */
final class HiddenSession {
  private static final int WORDS = 6;

  private HiddenSession() {}

  /** Hides o= and s= in a range, where c= shows nothing. */
  static void hide(CrossingMessage x, int from, int to) {
    byte[] bytes = x.bytes();
    int originFrom = -1;
    int nameFrom = -1;
    int address = -1;
    int i = from;
    while (i < to) {
      int end = HiddenBody.lineEnd(bytes, i, to);
      if (end - i > 2 && bytes[i + 1] == '=') {
        if (bytes[i] == 'o' && originFrom < 0) {
          originFrom = i;
        } else if (bytes[i] == 's' && nameFrom < 0) {
          nameFrom = i;
        } else if (bytes[i] == 'c' && address < 0) {
          address = i;
        }
      }
      i = end;
    }
    if (address < 0 || originFrom < 0) {
      return;
    }
    int addressTo = HiddenBody.textEnd(bytes, address, HiddenBody.lineEnd(bytes, address, to));
    int addressFrom = word(bytes, address, addressTo, 2);
    if (addressFrom < 0 || x.rules().inside().contains(bytes, addressFrom, addressTo)) {
      return;
    }
    origin(x, originFrom, to, addressFrom, addressTo);
    if (nameFrom >= 0) {
      int nameTo = HiddenBody.textEnd(bytes, nameFrom, HiddenBody.lineEnd(bytes, nameFrom, to));
      x.edit().replace(nameFrom + 2, nameTo).put('-');
    }
  }

  // o=user id version IN IP4 address, of which id and version must stay (RFC 3264 §8).
  private static void origin(CrossingMessage x, int at, int to, int addressFrom, int addressTo) {
    byte[] bytes = x.bytes();
    int end = HiddenBody.textEnd(bytes, at, HiddenBody.lineEnd(bytes, at, to));
    int idFrom = word(bytes, at, end, 1);
    int hostFrom = word(bytes, at, end, WORDS - 1);
    int typeFrom = word(bytes, at, end, WORDS - 2);
    if (idFrom < 0 || hostFrom < 0 || typeFrom < 0) {
      return;
    }
    x.edit().replace(at + 2, idFrom).put("- ");
    if (x.rules().inside().contains(bytes, hostFrom, end)) {
      boolean v6 = false;
      for (int i = addressFrom; i < addressTo; i++) {
        v6 |= bytes[i] == ':';
      }
      x.edit().replace(typeFrom, end).put(v6 ? "IP6 " : "IP4 ").put(bytes, addressFrom, addressTo);
    }
  }

  // Where the word with that number begins, the first being behind "x="; -1 when there is none.
  private static int word(byte[] bytes, int line, int to, int number) {
    int i = line + 2;
    for (int seen = 0; seen < number; seen++) {
      while (i < to && bytes[i] != ' ') {
        i++;
      }
      i++;
    }
    return i < to ? i : -1;
  }
}
