// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes the responses Fairlead itself gives (RFC 3261 §8.2.6) and marks the Via of what it received (§18.2.1, RFC 3581 §4).
 * Immutable.
 */
public final class Responses {
  private Responses() {}

  /**
   * Appends a response without body.
   *
   * @param request what is answered; its Via must be readable
   * @param source where it came from: received and rport of the topmost Via say it
   * @param status 100 to 699
   * @param toTag appended to To when the request has none and the response is not 100; null for none
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
    out.put("SIP/2.0 ").number(status).put(' ').put(reason).line();
    byte[] bytes = request.bytes();
    for (int i = 0; i < request.headers(); i++) {
      switch (request.name(i)) {
        case VIA -> {
          if (i == request.via().header()) {
            via(out, request, source);
          } else {
            out.put(bytes, request.lineStart(i), request.lineEnd(i));
          }
        }
        case TO -> {
          out.put(bytes, request.lineStart(i), request.valueEnd(i));
          if (toTag != null && !request.hasToTag() && status > 100) {
            out.put(";tag=").put(toTag);
          }
          out.line();
        }
        case FROM, CALL_ID, CSEQ -> out.put(bytes, request.lineStart(i), request.lineEnd(i));
        case TIMESTAMP -> {
          if (status == 100) {
            out.put(bytes, request.lineStart(i), request.lineEnd(i));
          }
        }
        default -> {}
      }
    }
    out.put(headers).put("Content-Length: 0\r\n\r\n");
  }

  private static void via(SipWriter out, SipRequest request, InetSocketAddress source) {
    byte[] bytes = request.bytes();
    Via via = request.via();
    int i = via.header();
    int at = request.lineStart(i);
    if (via.hasRport()) {
      int behind = Math.max(via.rportNameTo(), via.rportTo());
      out.put(bytes, at, via.rportNameTo()).put('=').number(source.getPort());
      at = behind;
    }
    if (needsReceived(via, bytes, source) && via.receivedFrom() < 0) {
      out.put(bytes, at, via.end()).put(";received=");
      address(out, source.getAddress());
      at = via.end();
    }
    out.put(bytes, at, request.lineEnd(i));
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

  private static boolean needsReceived(Via via, byte[] bytes, InetSocketAddress source) {
    return via.hasRport() || !sameHost(bytes, via.hostFrom(), via.hostTo(), source.getAddress());
  }

  /** True when the host is this very address in its usual spelling; no name is ever looked up. */
  public static boolean sameHost(byte[] bytes, int from, int to, InetAddress address) {
    byte[] raw = address.getAddress();
    if (raw.length != 4) {
      return bytes[from] == '['
          && Ascii.text(bytes, from + 1, to - 1).equalsIgnoreCase(textOf(address));
    }
    int i = from;
    for (int part = 0; part < 4; part++) {
      int digits = i;
      while (i < to && Ascii.isDigit(bytes[i])) {
        i++;
      }
      if (Ascii.number(bytes, digits, i, 255) != (raw[part] & 0xff)) {
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
    byte[] raw = address.getAddress();
    if (raw.length == 4) {
      out.number(raw[0] & 0xff).put('.').number(raw[1] & 0xff).put('.');
      out.number(raw[2] & 0xff).put('.').number(raw[3] & 0xff);
    } else {
      out.put(textOf(address));
    }
  }

  /** The address as text; IPv6 shortened as RFC 5952 asks, without scope. */
  public static String textOf(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] raw = address.getAddress();
    int[] group = new int[8];
    for (int i = 0; i < 8; i++) {
      group[i] = (raw[2 * i] & 0xff) << 8 | raw[2 * i + 1] & 0xff;
    }
    int bestAt = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && group[i + length] == 0) {
        length++;
      }
      if (length > bestLength) {
        bestAt = i;
        bestLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        text.append("::");
        i += bestLength - 1;
      } else {
        if (i > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group[i]));
      }
    }
    return text.toString();
  }
}
