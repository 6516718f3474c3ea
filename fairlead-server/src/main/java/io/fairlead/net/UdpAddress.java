// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

/**
 * Where something is spoken to by UDP, {@code udp:10.0.0.31:2223}. Immutable.
 *
 * @param at host and port
 */
public record UdpAddress(HostPort at) {
  private static final String SCHEME = "udp:";

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static UdpAddress parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw new IllegalArgumentException("`" + text + "` does not begin with `udp:`");
    }
    HostPort at = HostPort.parse(text.substring(SCHEME.length()));
    if (at.port() == 0) {
      throw new IllegalArgumentException("`" + text + "` has no port");
    }
    return new UdpAddress(at);
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "UDP address such as `udp:10.0.0.31:2223`";
  }

  @Override
  public String toString() {
    return SCHEME + at;
  }
}
