// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.Listener;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.util.ArrayList;
import java.util.List;

/** The listeners of a configuration on the virtual network. Immutable. */
final class VirtualListeners {
  private VirtualListeners() {}

  static List<Listener> of(List<ListenerSettings> settings) {
    List<Listener> listeners = new ArrayList<>();
    for (ListenerSettings one : settings) {
      Transport transport = Transports.byName(one.bind().transport());
      String place = one.bind().toString().replaceFirst("^[a-z]+://", "");
      String name = one.name();
      String network = one.network();
      listeners.add(
          new Listener(
              listeners.size(),
              name == null ? transport.name() + ":" + place : name,
              transport,
              one.bind().socketAddress(),
              sentBy(one, place),
              network == null ? "" : network));
    }
    return listeners;
  }

  private static String sentBy(ListenerSettings one, String place) {
    String advertised = one.advertise();
    return advertised == null ? place : advertised + place.substring(place.lastIndexOf(':'));
  }
}
