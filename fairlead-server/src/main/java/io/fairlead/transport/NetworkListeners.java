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
public final class NetworkListeners implements OutboundFlows, AutoCloseable {
  private final List<OpenListener> ports;
  private final List<Listener> listeners;
  private final ConnectionRegistry connections;
  private final ListenerChoice reach;

  private final LazyTlsRuntime workshop;

  private NetworkListeners(
      List<OpenListener> ports, ConnectionRegistry connections, LazyTlsRuntime workshop) {
    this.workshop = workshop;
    this.ports = List.copyOf(ports);
    this.connections = connections;
    this.listeners = ports.stream().map(OpenListener::listener).toList();
    this.reach = new ListenerChoice(listeners, new KernelRouting(System::nanoTime));
  }

  /**
   * Binds all listeners; when one fails none stays open.
   *
   * @throws ListenException naming every listener that failed and why
   */
  public static NetworkListeners open(List<ListenerSettings> settings, Loops loops, Meters meters) {
    return open(settings, TlsWorkSettings.usual(), loops, meters);
  }

  /** As above, with TLS worked as the settings say. */
  public static NetworkListeners open(
      List<ListenerSettings> settings, TlsWorkSettings tls, Loops loops, Meters meters) {
    LazyTlsRuntime workshop = new LazyTlsRuntime(tls, meters);
    List<LoopBuffers> scratch = loops.all().stream().map(loop -> new LoopBuffers()).toList();
    ConnectionRegistry connections = new ConnectionRegistry(System.currentTimeMillis());
    List<OpenListener> open = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      ListenerSettings one = settings.get(i);
      try {
        TransportTools berth =
            new TransportTools(i, loops, scratch, connections, meters, workshop::get);
        open.add(Transports.outlet(one.bind().transport()).kind().create().apply(one, berth));
      } catch (ListenException e) {
        errors.add(e.getMessage());
      }
    }
    if (!errors.isEmpty()) {
      open.forEach(OpenListener::close);
      workshop.close();
      throw new ListenException(String.join("\n", errors));
    }
    for (SelectorLoop loop : loops.all()) {
      meters.gauge(Meter.LOOP_BUSY, loop::busyPermille, Integer.toString(loop.index()));
    }
    return new NetworkListeners(open, connections, workshop);
  }

  /** Begins to deliver to the listener, on all loops; everybody is heard. */
  public void start(FlowListener upper) {
    start(upper, SourceGate.OPEN);
  }

  /**
   * The same with somebody who decides who is heard.
   *
   * @param gate asked for each message before it is read
   */
  public void start(FlowListener upper, SourceGate gate) {
    ports.forEach(port -> port.start(upper, gate));
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
      OpenListener port = ports.get(preferred.index());
      if (fits(port, peer)) {
        Flow open = port.openFlowTo(peer);
        return open != null ? open : port.flowTo(peer);
      }
    }
    OpenListener first = null;
    for (int i = 0; i < ports.size(); i++) {
      OpenListener port = ports.get(i);
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
  public ListenerChoice reach() {
    return reach;
  }

  @Override
  public @Nullable Flow connection(long number) {
    return connections.get(number);
  }

  /** Closes all sockets and connections. */
  @Override
  public void close() {
    ports.forEach(OpenListener::close);
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

  private static boolean fits(OpenListener port, Peer peer) {
    return port.listener().speaks(peer.transport(), peer.address().getAddress());
  }
}
