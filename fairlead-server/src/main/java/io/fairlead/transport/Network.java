// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Loops;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.TlsWorkSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All listeners on real sockets. Open binds them, so that errors show before anything runs; start
 * begins to read.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Network implements Wire, AutoCloseable {
  private final List<Port> ports;
  private final List<Listener> listeners;
  private final Connections connections;
  private final Reach reach;

  private final Workshop workshop;

  private Network(List<Port> ports, Connections connections, Workshop workshop) {
    this.workshop = workshop;
    this.ports = List.copyOf(ports);
    this.connections = connections;
    this.listeners = ports.stream().map(Port::listener).toList();
    this.reach = new Reach(listeners, new KernelRouting(System::nanoTime));
  }

  /**
   * Binds all listeners; when one fails none stays open.
   *
   * @throws ListenException naming every listener that failed and why
   */
  public static Network open(List<ListenerSettings> settings, Loops loops, Meters meters) {
    return open(settings, TlsWorkSettings.usual(), loops, meters);
  }

  /** As above, with TLS worked as the settings say. */
  public static Network open(
      List<ListenerSettings> settings, TlsWorkSettings tls, Loops loops, Meters meters) {
    Workshop workshop = new Workshop(tls, meters);
    List<Scratch> scratch = loops.all().stream().map(loop -> new Scratch()).toList();
    Connections connections = new Connections(System.currentTimeMillis());
    List<Port> open = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      ListenerSettings one = settings.get(i);
      try {
        Berth berth = new Berth(i, loops, scratch, connections, meters, workshop::get);
        open.add(Transports.outlet(one.bind().transport()).kind().create().apply(one, berth));
      } catch (ListenException e) {
        errors.add(e.getMessage());
      }
    }
    if (!errors.isEmpty()) {
      open.forEach(Port::close);
      workshop.close();
      throw new ListenException(String.join("\n", errors));
    }
    for (SelectorLoop loop : loops.all()) {
      meters.gauge(Meter.LOOP_BUSY, loop::busyPermille, Integer.toString(loop.index()));
    }
    return new Network(open, connections, workshop);
  }

  /** Begins to deliver to the listener, on all loops. */
  public void start(FlowListener upper) {
    ports.forEach(port -> port.start(upper));
  }

  @Override
  public List<Listener> listeners() {
    return listeners;
  }

  @Override
  public @Nullable Flow flowTo(
      String transport, InetSocketAddress remote, @Nullable Listener preferred) {
    return flowTo(new Peer(transport, remote, null, null), preferred);
  }

  @Override
  public @Nullable Flow flowTo(Peer peer, @Nullable Listener preferred) {
    if (preferred != null) {
      Port port = ports.get(preferred.index());
      if (fits(port, peer)) {
        Flow open = port.openFlowTo(peer);
        return open != null ? open : port.flowTo(peer);
      }
    }
    Port first = null;
    for (int i = 0; i < ports.size(); i++) {
      Port port = ports.get(i);
      if (fits(port, peer)) {
        Flow open = port.openFlowTo(peer);
        if (open != null) {
          return open;
        }
        first = first == null ? port : first;
      }
    }
    return first == null ? null : first.flowTo(peer);
  }

  @Override
  public Reach reach() {
    return reach;
  }

  @Override
  public @Nullable Flow connection(long number) {
    return connections.get(number);
  }

  /** Closes all sockets and connections. */
  @Override
  public void close() {
    ports.forEach(Port::close);
    workshop.close();
  }

  /**
   * Takes over what may change in listeners that stay where they are: certificates.
   *
   * @return what is wrong with them; those stay as they were
   */
  public List<String> reload(List<ListenerSettings> next) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < Math.min(ports.size(), next.size()); i++) {
      String problem = ports.get(i).reload(next.get(i));
      if (problem != null) {
        wrong.add(listeners.get(i).name() + ": " + problem);
      }
    }
    return wrong;
  }

  private static boolean fits(Port port, Peer peer) {
    return port.listener().speaks(peer.transport(), peer.address().getAddress());
  }
}
