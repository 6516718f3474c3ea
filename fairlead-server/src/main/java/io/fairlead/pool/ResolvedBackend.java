// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dns.LocatedServers.Server;
import io.fairlead.dns.NextHop;
import io.fairlead.net.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One server that a configured backend stands for: itself, or one of those its host name leads to.
 * Immutable.
 *
 * @param settings what is configured, with its own name, URI and weight
 * @param address where it is; null as long as the name leads nowhere
 * @param rank 0, or a higher number for servers that the DNS puts behind others
 * @param domain the host name its certificate must prove; null for an address
 */
record ResolvedBackend(
    BackendSettings settings,
    @Nullable InetSocketAddress address,
    int rank,
    @Nullable String domain) {
  /** A configured backend by itself: at an address, or by a name that leads nowhere yet. */
  static ResolvedBackend itself(BackendSettings settings) {
    return new ResolvedBackend(
        settings, LiteralAddresses.literal(settings.uri()), 0, settings.uri().domain());
  }

  /** The servers that its name leads to. */
  static List<ResolvedBackend> of(BackendSettings settings, List<Server> servers) {
    int heaviest = servers.stream().mapToInt(Server::weight).max().orElse(1);
    List<ResolvedBackend> members = new ArrayList<>();
    for (Server server : servers) {
      int weight = weight(settings.weight(), server.weight(), heaviest);
      BackendUri uri = uri(server.target());
      String name = name(settings) + '/' + place(uri);
      String domain = settings.uri().domain();
      BackendSettings own = settings.as(name, uri, weight);
      members.add(new ResolvedBackend(own, server.target().address(), server.rank(), domain));
    }
    return members;
  }

  // The product; where the heaviest would be more than a weight can be, all are scaled alike. What
  // weighs nothing in the DNS still has a small chance there (RFC 2782).
  private static int weight(int configured, int own, int heaviest) {
    if (configured == 0) {
      return 0;
    }
    long most = (long) configured * Math.max(1, heaviest);
    long product = (long) configured * Math.max(1, own);
    long scaled =
        most <= BackendSettings.MAX_WEIGHT ? product : product * BackendSettings.MAX_WEIGHT / most;
    return (int) Math.max(1, scaled);
  }

  private static BackendUri uri(NextHop target) {
    InetAddress address = target.address().getAddress();
    String hostPort = new HostPort(address.getHostAddress(), target.address().getPort()).toString();
    String host = hostPort.substring(0, hostPort.lastIndexOf(':'));
    String transport = target.transport();
    String text = "sip:" + hostPort + (transport.equals("udp") ? "" : ";transport=" + transport);
    return new BackendUri(text, host, target.address().getPort(), transport);
  }

  private static String name(BackendSettings settings) {
    String name = settings.name();
    return name == null ? settings.uri().host() : name;
  }

  private static String place(BackendUri uri) {
    return (uri.transport().equals("udp") ? "" : uri.transport() + ':') + uri.hostPort();
  }
}
