// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Which calls are for help: those to numbers that an operator names. The Request-URI alone says it,
 * by which a call is routed: a To of {@code urn:service:sos} (RFC 5031) is what its sender likes to
 * write, and would pass any call by every limit. Immutable.
 */
public final class EmergencyNumbers {
  /** None. */
  public static final EmergencyNumbers NONE = new EmergencyNumbers(List.of());

  private final byte[][] numbers;

  /**
   * @param numbers as dialled
   */
  public EmergencyNumbers(List<String> numbers) {
    this.numbers =
        numbers.stream()
            .map(number -> number.getBytes(StandardCharsets.US_ASCII))
            .map(number -> Arrays.copyOfRange(number, start(number), number.length))
            .toArray(byte[][]::new);
  }

  private static int start(byte[] number) {
    return start(number, 0, number.length);
  }

  // Behind + or 00, which stand before a country code and which some phones put before all.
  private static int start(byte[] bytes, int from, int to) {
    if (from < to && bytes[from] == '+') {
      return from + 1;
    }
    boolean zeroes = to - from > 2 && bytes[from] == '0' && bytes[from + 1] == '0';
    return zeroes ? from + 2 : from;
  }

  /** Whether it begins a call or a message for help. Allocates nothing. */
  public boolean isEmergency(SipRequest request) {
    if (request.method() != Method.INVITE && request.method() != Method.MESSAGE) {
      return false;
    }
    SipUri uri = request.uri();
    return uri.isSip() && uri.hasUser() && isNumber(request.bytes(), uri.userFrom(), uri.userTo());
  }

  private boolean isNumber(byte[] bytes, int from, int to) {
    if (numbers.length == 0) {
      return false;
    }
    // An escaped + is one too.
    boolean escaped =
        to - from > 3 && bytes[from] == '%' && bytes[from + 1] == '2' && bytes[from + 2] == 'B';
    int start = escaped ? from + 3 : start(bytes, from, to);
    for (byte[] number : numbers) {
      if (isNumber(bytes, start, to, number)) {
        return true;
      }
    }
    return false;
  }

  // Without visual separators (RFC 3966), and up to the parameters.
  private static boolean isNumber(byte[] bytes, int from, int to, byte[] number) {
    int at = 0;
    for (int i = from; i < to && bytes[i] != ';'; i++) {
      byte c = bytes[i];
      if (c == '-' || c == '.' || c == '(' || c == ')') {
        continue;
      }
      if (at == number.length || number[at++] != c) {
        return false;
      }
    }
    return at == number.length;
  }
}
