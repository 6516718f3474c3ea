// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * Gives each Via and Record-Route of a request that is forwarded a line of its own. To RFC 3261
 * §7.3.1 a list in one line, as jain-sip writes it, is the same. But Linphone's stack reads each
 * tail of the list once more, so that its answers have Vias that nobody wrote; and Kamailio notes
 * received behind the last Via of the line.
 *
 * <p>Owned by one loop.
 */
public final class HeaderLines {
  private final Via via = new Via();
  private final NameAddr element = new NameAddr();

  /**
   * Splits the lists of a request. A usual one has none, and costs a look for a comma in each of
   * these lines.
   *
   * @param edit an edit on the request; what it inserts behind a Via must have been inserted before
   */
  public void split(SipRequest r, Edit edit) {
    byte[] bytes = r.bytes();
    for (int i = r.first(HeaderName.VIA); i >= 0; i = r.next(HeaderName.VIA, i)) {
      if (Ascii.indexOf(bytes, r.valueStart(i), r.valueEnd(i), ',') >= 0) {
        vias(bytes, r.valueStart(i), r.valueEnd(i), edit);
      }
    }
    int i = r.first(HeaderName.RECORD_ROUTE);
    for (; i >= 0; i = r.next(HeaderName.RECORD_ROUTE, i)) {
      if (Ascii.indexOf(bytes, r.valueStart(i), r.valueEnd(i), ',') >= 0) {
        recordRoutes(bytes, r.valueStart(i), r.valueEnd(i), edit);
      }
    }
  }

  // What cannot be read stays as it is.
  private void vias(byte[] bytes, int begin, int to, Edit edit) {
    int from = begin;
    while (from >= 0 && via.parse(bytes, from, to)) {
      from = via.nextElement(to);
      if (from >= 0) {
        edit.replace(via.end(), from).put("\r\nVia: ");
      }
    }
  }

  private void recordRoutes(byte[] bytes, int begin, int to, Edit edit) {
    int from = begin;
    while (from >= 0 && element.parse(bytes, from, to)) {
      from = element.nextElement(to);
      if (from >= 0 && from < to) {
        edit.replace(element.end(), from).put("\r\nRecord-Route: ");
      }
    }
  }
}
