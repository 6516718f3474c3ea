// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host, by name or address, and a port: {@code 10.0.0.1:5060}, {@code [2001:db8::1]:5060}, {@code
 * sip.example.com:5060}. Immutable.
 *
 * @param host a name, or an address without brackets
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\[\\]]+)\\]|([^:\\[\\]]+)):([0-9]{1,5})");
  private static final String LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*\\.?");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

  public HostPort {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("the port " + port + " is not between 0 and 65535");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static HostPort parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("`" + text + "` is not a host and a port");
    }
    int port = Integer.parseInt(match.group(3));
    String bracketed = match.group(1);
    String host = bracketed == null ? match.group(2) : bracketed;
    boolean valid = bracketed == null ? isNameOrV4(host) : isV6(bracketed);
    if (!valid) {
      throw new IllegalArgumentException("`" + host + "` is neither a host name nor an address");
    }
    return new HostPort(host, port);
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "host and port such as `10.0.0.1:5060` or `[2001:db8::1]:5060`";
  }

  /** The address, or null when the host is a name. */
  public @Nullable InetAddress address() {
    return IpAddresses.literal(host);
  }

  /** The socket address; unresolved when the host is a name. */
  public InetSocketAddress socketAddress() {
    InetAddress address = address();
    return address == null
        ? InetSocketAddress.createUnresolved(host, port)
        : new InetSocketAddress(address, port);
  }

  private static boolean isV6(String host) {
    return host.indexOf(':') >= 0 && IpAddresses.literal(host) != null;
  }

  private static boolean isNameOrV4(String host) {
    return NUMBERS.matcher(host).matches()
        ? IpAddresses.literal(host) != null
        : NAME.matcher(host).matches();
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
  }
}
