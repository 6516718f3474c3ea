// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;

/** Names of headers that begin with the Call-ID of another dialog. Immutable. */
final class DialogHeaders {
  private static final byte[][] NAMES = {
    name("replaces"), name("join"), name("target-dialog"), name("in-reply-to")
  };

  private DialogHeaders() {}

  private static byte[] name(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a range is such a name. */
  static boolean is(byte[] bytes, int from, int to) {
    for (byte[] each : NAMES) {
      if (Ascii.equalsLower(bytes, from, to, each)) {
        return true;
      }
    }
    return false;
  }
}
