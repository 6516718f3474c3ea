// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Makes a {@link ListenerChoice} over a routing table that a test writes. Owned by the test's
 * thread.
 */
public final class ListenerChoices {
  private ListenerChoices() {}

  /**
   * Over a table.
   *
   * @param routed the local address of the interface, by the beginning of remote addresses
   */
  public static ListenerChoice of(List<Listener> listeners, Map<String, String> routed) {
    return new ListenerChoice(
        listeners,
        new InterfaceLookup() {
          @Override
          public int interfaceOf(InetAddress local) {
            return number(local.getHostAddress());
          }

          @Override
          public int interfaceTo(InetAddress remote) {
            for (Map.Entry<String, String> entry : routed.entrySet()) {
              if (remote.getHostAddress().startsWith(entry.getKey())) {
                return number(entry.getValue());
              }
            }
            return NOWHERE;
          }

          private static int number(String local) {
            return local.hashCode() & 0x7fffffff;
          }
        });
  }
}
