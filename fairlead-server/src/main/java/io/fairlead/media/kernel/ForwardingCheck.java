// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * At which of our addresses the kernel forwards at all, and which addresses are ours.
 *
 * <p>Immutable.
 *
 * @param ports where it does
 * @param missing what is missing at the others, null when nothing is
 */
record ForwardingCheck(List<NatPorts> ports, @Nullable String missing) {
  private static final Path SETTINGS = Path.of("/proc/sys/net");

  static ForwardingCheck of(List<NatPorts> all) {
    List<NatPorts> found = new ArrayList<>();
    String missing = null;
    for (NatPorts each : all) {
      String problem = problem(each);
      if (problem == null) {
        found.add(each);
      } else {
        missing = problem;
      }
    }
    return new ForwardingCheck(List.copyOf(found), missing);
  }

  private static @Nullable String problem(NatPorts each) {
    InetAddress address = each.address();
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      // The kernel routes nothing to or from a loopback address.
      return address.getHostAddress() + " is not an address of a network";
    }
    // In IPv6 the setting of all interfaces decides (ip-sysctl).
    if (each.ipv4()) {
      return isOn("ipv4/ip_forward") || isOn("ipv4/conf/" + device(address) + "/forwarding")
          ? null
          : "net.ipv4.ip_forward is 0";
    }
    return isOn("ipv6/conf/all/forwarding") ? null : "net.ipv6.conf.all.forwarding is 0";
  }

  private static boolean isOn(String setting) {
    try {
      return Files.readString(SETTINGS.resolve(setting)).strip().equals("1");
    } catch (IOException _) {
      // No such file: this kernel cannot do it.
      return false;
    }
  }

  private static String device(InetAddress address) {
    try {
      NetworkInterface found = NetworkInterface.getByInetAddress(address);
      return found == null ? "all" : found.getName();
    } catch (SocketException _) {
      return "all";
    }
  }

  /** All addresses of this machine. */
  static Set<InetAddress> local() {
    Set<InetAddress> all = new HashSet<>();
    try {
      NetworkInterface.networkInterfaces().forEach(each -> each.inetAddresses().forEach(all::add));
    } catch (SocketException _) {
      // What is forwarded to ourselves by mistake does not come out and is taken back.
      return Set.of();
    }
    return Set.copyOf(all);
  }
}
