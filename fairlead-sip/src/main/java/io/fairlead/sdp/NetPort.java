// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;

/** Ports of UDP and TCP as text. Immutable. */
final class NetPort {
  /** The highest. */
  static final int MAX = 65535;

  private NetPort() {}

  /** The port, 0 included, or -1 when the range is none. */
  static int read(byte[] bytes, int from, int to) {
    return (int) Ascii.number(bytes, from, to, MAX);
  }
}
