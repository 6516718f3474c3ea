// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import java.util.Arrays;

/**
 * The elements of all header lines of a name, such as Record-Route, one behind the other.
 *
 * <p>Owned by one loop: one object reads message after message.
 */
final class RouteElements {
  private static final int SIZE = 4;

  private final NameAddr element = new NameAddr();
  private int[] places = new int[8 * SIZE];
  private int count;

  /**
   * Reads them.
   *
   * @return false when one breaks the grammar
   */
  boolean read(SipMessage m, HeaderName name) {
    count = 0;
    for (int i = m.first(name); i >= 0; i = m.next(name, i)) {
      int from = m.valueStart(i);
      while (from >= 0) {
        if (!element.parse(m.bytes(), from, m.valueEnd(i))) {
          return false;
        }
        add(from);
        from = element.nextElement(m.valueEnd(i));
      }
    }
    return true;
  }

  private void add(int from) {
    int at = count * SIZE;
    if (at == places.length) {
      places = Arrays.copyOf(places, 2 * at);
    }
    places[at] = from;
    places[at + 1] = element.end();
    places[at + 2] = element.uriFrom();
    places[at + 3] = element.uriTo();
    count++;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /** Where the i-th begins. */
  int from(int i) {
    return places[i * SIZE];
  }

  /** Behind its last parameter. */
  int to(int i) {
    return places[i * SIZE + 1];
  }

  /** Where its URI begins. */
  int uriFrom(int i) {
    return places[i * SIZE + 2];
  }

  /** Where its URI ends. */
  int uriTo(int i) {
    return places[i * SIZE + 3];
  }
}
