// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;

/**
 * An address as session descriptions write it, {@code IN IP4 192.0.2.1}, in c=, o= and a=rtcp (RFC
 * 8866 §5.7). A view: offsets are positions in the bytes it was read from.
 *
 * <p>Owned by whoever owns the description.
 */
public final class NetAddress {
  private static final byte[] IN = ascii("in");
  private static final byte[] IP4 = ascii("ip4");
  private static final byte[] IP6 = ascii("ip6");

  private byte[] bytes = {};
  private int familyFrom = -1;
  private int from;
  private int to;
  private int end;
  private boolean six;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads network type, address type and address, whatever white space stands between.
   *
   * @return false when the range is none of that; then {@link #present} is false
   */
  boolean read(byte[] source, int begin, int until) {
    clear();
    int typeTo = LineWords.end(source, begin, until);
    int family = Ascii.skipLws(source, typeTo, until);
    int familyTo = LineWords.end(source, family, until);
    int address = Ascii.skipLws(source, familyTo, until);
    int addressTo = LineWords.end(source, address, until);
    if (!Ascii.equalsLower(source, begin, typeTo, IN) || address == addressTo) {
      return false;
    }
    six = Ascii.equalsLower(source, family, familyTo, IP6);
    if (!six && !Ascii.equalsLower(source, family, familyTo, IP4)) {
      return false;
    }
    bytes = source;
    familyFrom = family;
    from = address;
    end = addressTo;
    // Behind the slash stand the time to live and the number of addresses of a multicast session.
    int slash = Ascii.indexOf(source, address, addressTo, '/');
    to = slash < 0 ? addressTo : slash;
    if (to == from) {
      clear();
      return false;
    }
    return true;
  }

  void clear() {
    familyFrom = -1;
  }

  void copy(NetAddress other, byte[] source, int shift) {
    bytes = source;
    familyFrom = other.familyFrom < 0 ? -1 : other.familyFrom + shift;
    from = other.from + shift;
    to = other.to + shift;
    end = other.end + shift;
    six = other.six;
  }

  /** True when there is such an address. */
  public boolean present() {
    return familyFrom >= 0;
  }

  /** True for IP6. */
  public boolean six() {
    return six;
  }

  /** Where the address type, {@code IP4}, begins: what an edit replaces begins here. */
  public int familyFrom() {
    return familyFrom;
  }

  /** Where the address begins. */
  public int from() {
    return from;
  }

  /** Where the address ends. */
  public int to() {
    return to;
  }

  /** Behind the address and what a multicast session has behind its slash. */
  public int end() {
    return end;
  }

  /** The address as text. */
  public String text() {
    return Ascii.text(bytes, from, to);
  }

  /** True for 0.0.0.0 and ::, by which RFC 2543 devices hold and ICE agents wait. */
  public boolean unspecified() {
    for (int i = from; i < to; i++) {
      if (bytes[i] != '0' && bytes[i] != '.' && bytes[i] != ':') {
        return false;
      }
    }
    return present();
  }

  /** True when the type of the address and what it looks like agree: IP6 has colons, IP4 none. */
  public boolean fitsType() {
    return present() && (Ascii.indexOf(bytes, from, to, ':') >= 0) == six;
  }
}
