// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.net.HostPort;
import io.fairlead.transport.BindAddress;
import io.fairlead.transport.ListenerSettings;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Listeners that would take each other's port or name, or the metrics page theirs.
 *
 * <p>Owned by whoever reads the file.
 */
final class ListenerChecks {
  private final FairleadSettings settings;
  private final SourcePositions marks;
  private final List<ConfigError> errors;

  ListenerChecks(PlanFindings plan) {
    settings = plan.sound().settings();
    marks = plan.marks();
    errors = plan.errors();
  }

  /** No two on one port, no name twice. */
  void listeners() {
    Map<String, Integer> names = new HashMap<>();
    List<ListenerSettings> all = settings.listeners();
    for (int i = 0; i < all.size(); i++) {
      String path = "listeners[" + i + "]";
      BindAddress bind = all.get(i).bind();
      for (int earlier = 0; earlier < i; earlier++) {
        BindAddress other = all.get(earlier).bind();
        if (clash(bind, other)) {
          String what = bind.equals(other) ? " is " : " clashes with " + other + ", ";
          String which = "listeners[" + earlier + "]" + (bind.equals(other) ? " already" : "");
          errors.add(marks.error(path, bind + what + which));
          break;
        }
      }
      String name = all.get(i).name();
      Integer namesake = name == null ? null : names.putIfAbsent(name, i);
      if (namesake != null) {
        errors.add(
            marks.error(
                path + ".name", "listeners[" + namesake + "] has the name `" + name + "` already"));
      }
    }
  }

  private static boolean clash(BindAddress one, BindAddress other) {
    // Streams share the ports of TCP.
    return isStream(one) == isStream(other)
        && one.port() != 0
        && one.port() == other.port()
        && overlap(one.address(), other.address());
  }

  /** The metrics page has a port of its own. */
  void metrics() {
    HostPort listen = settings.metrics().listen();
    InetAddress address = listen == null ? null : listen.address();
    if (listen == null || address == null || listen.port() == 0) {
      return;
    }
    for (int i = 0; i < settings.listeners().size(); i++) {
      BindAddress bind = settings.listeners().get(i).bind();
      boolean samePort = isStream(bind) && bind.port() == listen.port();
      if (samePort && overlap(bind.address(), address)) {
        errors.add(
            marks.error(
                "metrics.listen", listen + " clashes with " + bind + ", listeners[" + i + "]"));
      }
    }
  }

  private static boolean isStream(BindAddress bind) {
    return Transports.byName(bind.transport()).reliable();
  }

  // A wildcard takes every address of its family.
  private static boolean overlap(InetAddress one, InetAddress other) {
    return one.equals(other)
        || sameFamily(one, other) && (one.isAnyLocalAddress() || other.isAnyLocalAddress());
  }

  static boolean sameFamily(InetAddress one, InetAddress other) {
    return one.getAddress().length == other.getAddress().length;
  }
}
