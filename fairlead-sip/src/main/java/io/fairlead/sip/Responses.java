// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes the responses Fairlead itself gives (RFC 3261 §8.2.6) and marks the Via of what it
 * received (§18.2.1, RFC 3581 §4). Immutable.
 */
public final class Responses {
  private Responses() {}

  /**
   * Appends a response without body. Of a request with a problem it repeats what can be told apart;
   * a header that it lacks, the response lacks too.
   *
   * @param request what is answered; it must have a readable Via
   * @param source where it came from: received and rport of the topmost Via say it
   * @param status 100 to 699
   * @param toTag appended to To when the request has none and the response is not 100; null for
   *     none
   * @param headers more header lines, each with CR LF, or empty
   */
  public static void write(
      SipWriter out,
      SipRequest request,
      InetSocketAddress source,
      int status,
      String reason,
      byte @Nullable [] toTag,
      String headers) {
    begin(out, request, source, status, reason, toTag);
    out.put(headers).put("Content-Length: 0\r\n\r\n");
  }

  /**
   * As {@link #write}, without an end: more header lines, Content-Length and an empty line must
   * follow.
   */
  public static void begin(
      SipWriter out,
      SipRequest request,
      InetSocketAddress source,
      int status,
      String reason,
      byte @Nullable [] toTag) {
    out.put("SIP/2.0 ").number(status).put(' ').put(reason).line();
    long written = 0;
    for (int i = 0; i < request.headers(); i++) {
      HeaderName name = request.name(i);
      switch (name) {
        case VIA -> {
          if (i == request.via().header()) {
            via(out, request, source);
          } else {
            line(out, request, i);
          }
        }
        case FROM, TO, CALL_ID, CSEQ, TIMESTAMP -> {
          // Of headers that wrongly stand twice the first counts, or the response would be as
          // wrong.
          if ((written & 1L << name.ordinal()) == 0
              && (name != HeaderName.TIMESTAMP || status == 100)) {
            written |= 1L << name.ordinal();
            line(out, request, i);
            if (name == HeaderName.TO && toTag != null && wantsTag(request, status)) {
              out.truncate(out.length() - 2);
              out.put(";tag=").put(toTag).line();
            }
          }
        }
        default -> {}
      }
    }
  }

  private static boolean wantsTag(SipRequest request, int status) {
    return status > 100 && request.toReadable && !request.hasToTag();
  }

  // Not the line as it stands: behind it there may be one that is no header.
  private static void line(SipWriter out, SipRequest request, int i) {
    out.put(request.bytes(), request.lineStart(i), request.valueEnd(i)).line();
  }

  private static void via(SipWriter out, SipRequest request, InetSocketAddress source) {
    byte[] bytes = request.bytes();
    Via via = request.via();
    int i = via.header();
    int at = request.lineStart(i);
    boolean received = needsReceived(via, bytes, source);
    if (received && via.receivedFrom() >= 0 && via.receivedFrom() < via.rportNameTo()) {
      at = received(out, request, at, source);
      received = false;
    }
    if (via.hasRport()) {
      out.put(bytes, at, via.rportNameTo()).put('=').number(source.getPort());
      at = Math.max(via.rportNameTo(), via.rportTo());
    }
    if (received) {
      at = received(out, request, at, source);
    }
    out.put(bytes, at, via.isBroken() ? via.end() : request.valueEnd(i)).line();
  }

  // Copies up to the place of received, writes it, and gives the position behind.
  private static int received(SipWriter out, SipRequest request, int at, InetSocketAddress source) {
    Via via = request.via();
    if (via.receivedFrom() >= 0) {
      address(out.put(request.bytes(), at, via.receivedFrom()), source.getAddress());
      return via.receivedTo();
    }
    address(out.put(request.bytes(), at, via.end()).put(";received="), source.getAddress());
    return via.end();
  }

  /**
   * Notes in the topmost Via of a request where it came from, for the response's way back.
   *
   * @param edit an edit on the request
   */
  public static void markVia(Edit edit, SipRequest request, InetSocketAddress source) {
    Via via = request.via();
    if (via.hasRport()) {
      edit.replace(via.rportNameTo(), Math.max(via.rportNameTo(), via.rportTo()))
          .put('=')
          .number(source.getPort());
    }
    if (needsReceived(via, request.bytes(), source)) {
      if (via.receivedFrom() >= 0) {
        // A received that the sender wrote is a lie or a leftover; ours replaces it.
        address(edit.replace(via.receivedFrom(), via.receivedTo()), source.getAddress());
      } else {
        address(edit.insert(via.end()).put(";received="), source.getAddress());
      }
    }
  }

  /**
   * Cuts the topmost via-parm, ours, out of a response (RFC 3261 §16.7 step 3).
   *
   * @param edit an edit on the message
   */
  public static void popVia(Edit edit, SipMessage message) {
    Via via = message.via();
    int i = via.header();
    int next = via.nextElement(message.valueEnd(i));
    if (next < 0) {
      edit.cut(message.lineStart(i), message.lineEnd(i));
    } else {
      edit.cut(message.valueStart(i), next);
    }
  }

  /**
   * Reads the via-parm below the topmost, by which a response goes on.
   *
   * @return false when there is none, or it cannot be read
   */
  public static boolean viaBelow(SipMessage message, Via into) {
    int header = message.via().header();
    int from = message.via().nextElement(message.valueEnd(header));
    if (from < 0) {
      header = message.next(HeaderName.VIA, header);
      from = header < 0 ? -1 : message.valueStart(header);
    }
    return from >= 0
        && into.parse(message.bytes(), from, message.valueEnd(header))
        && !into.isDoubtful();
  }

  private static boolean needsReceived(Via via, byte[] bytes, InetSocketAddress source) {
    return via.hasRport()
        || via.receivedFrom() >= 0
        || !sameHost(bytes, via.hostFrom(), via.hostTo(), source.getAddress());
  }

  /** True when the host is this very address; no name is ever looked up. */
  public static boolean sameHost(byte[] bytes, int from, int to, InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return to - from > 2
          && bytes[from] == '['
          && Ip6.same(bytes, from + 1, to - 1, address.getAddress());
    }
    int bits = ipv4(address);
    int i = from;
    for (int part = 0; part < 4; part++) {
      int digits = i;
      while (i < to && Ascii.isDigit(bytes[i])) {
        i++;
      }
      if (Ascii.number(bytes, digits, i, 255) != (bits >>> (24 - 8 * part) & 0xff)) {
        return false;
      }
      if (part < 3 && (i >= to || bytes[i++] != '.')) {
        return false;
      }
    }
    return i == to;
  }

  /** Appends an address; IPv6 without brackets, as received has it (RFC 5118 §4.5). */
  public static void address(SipWriter out, InetAddress address) {
    if (address instanceof Inet4Address) {
      int bits = ipv4(address);
      out.number(bits >>> 24).put('.').number(bits >>> 16 & 0xff).put('.');
      out.number(bits >>> 8 & 0xff).put('.').number(bits & 0xff);
    } else {
      Ip6.write(out, address.getAddress());
    }
  }

  /**
   * The bits of an IPv4 address without the copy that getAddress makes; a test holds the JDK to it.
   */
  static int ipv4(InetAddress address) {
    return address.hashCode();
  }

  /** The address as text; IPv6 shortened as RFC 5952 asks, without scope. */
  public static String textOf(InetAddress address) {
    SipWriter out = new SipWriter(40);
    address(out, address);
    return out.toString();
  }
}
