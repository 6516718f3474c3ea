// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which calls are for help: those to {@code urn:service:sos} and what is below it (RFC 5031), and
 * to numbers that an operator names. Immutable.
 */
public final class EmergencyNumbers {
  private static final byte[] SOS = "urn:service:sos".getBytes(StandardCharsets.US_ASCII);

  private final byte[][] numbers;

  /**
   * @param numbers users of a Request-URI, as dialled
   */
  public EmergencyNumbers(List<String> numbers) {
    this.numbers =
        numbers.stream()
            .map(number -> number.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);
  }

  /** Whether it begins a call for help. */
  public boolean isEmergency(SipRequest request) {
    if (request.method() != Method.INVITE) {
      return false;
    }
    byte[] bytes = request.bytes();
    if (isSos(bytes, request.uriFrom(), request.uriTo())
        || isSos(bytes, request.toUriFrom(), request.toUriTo())) {
      return true;
    }
    SipUri uri = request.uri();
    for (byte[] number : numbers) {
      if (uri.hasUser()
          && Ascii.equals(bytes, uri.userFrom(), uri.userTo(), number, 0, number.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isSos(byte[] bytes, int from, int to) {
    int end = from + SOS.length;
    return to >= end
        && Ascii.equalsLower(bytes, from, end, SOS)
        && (to == end || bytes[end] == '.');
  }
}
