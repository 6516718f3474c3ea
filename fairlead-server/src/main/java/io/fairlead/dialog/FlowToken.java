// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a flow, written into the user part of a Path or Route URI of ours (RFC 5626 §5.2): a
 * request that comes with it goes to that flow and nowhere else. It carries all that is needed, so
 * no table is kept, and any node with the same keys can read it. It is sealed, not secret.
 *
 * <pre>
 *   "fl."       tells it from a routing cookie
 *   byte 0      version (two bits), transport (three bits), flags: 1 IPv6, 2 connection, 4 node
 *   byte 1-4    hash of the listener's name
 *   address (4 or 16), port (2), [connection (8)], [node (2)]
 *   last 8      seal
 * </pre>
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
public final class FlowToken {
  /** What a user part is. */
  public enum Verdict {
    /** No token, and none that pretends to be one. */
    ABSENT,
    /** A token of ours; what it says can be asked for. */
    VALID,
    /** Looks like a token and was not sealed by us. */
    FORGED
  }

  private static final byte[] MARK = "fl.".getBytes(StandardCharsets.US_ASCII);
  // With the highest bit nothing else that the keys seal begins.
  private static final int VERSION = 2 << 6;
  private static final int VERSION_BITS = 0xc0;
  private static final int IPV6 = 1;
  private static final int CONNECTION = 2;
  private static final int NODE = 4;
  private static final int ADDRESS_AT = 5;
  private static final int MAX_BYTES = ADDRESS_AT + 18 + 8 + 2;

  private final SealedBytes box;
  private int first;

  /** A reader and writer of tokens. */
  public FlowToken(CookieKeys keys) {
    this.box = new SealedBytes(keys);
  }

  /**
   * Writes the token of a flow.
   *
   * @param node number of the node that holds it, 0 when there is one node only
   */
  public void write(SipWriter out, Flow flow, int node) {
    Listener by = flow.listener();
    begin(by.name(), by.transport().name(), flow.remote(), flow.connection(), node);
    finish(out);
  }

  /** Writes the token of the flow a binding was registered over. */
  public void write(SipWriter out, Binding.Origin origin) {
    begin(
        origin.listener(), origin.transport(), origin.remote(), origin.connection(), origin.node());
    finish(out);
  }

  private void begin(
      String listener, String transport, InetSocketAddress remote, long connection, int node) {
    boolean v6 = remote.getAddress().getAddress().length == 16;
    int flags = (v6 ? IPV6 : 0) | (connection != 0 ? CONNECTION : 0) | (node != 0 ? NODE : 0);
    box.clear().put(VERSION | SealedBytes.code(transport) << 3 | flags, 1);
    box.put(listener.hashCode(), 4).put(remote);
    if (connection != 0) {
      box.put(connection, 8);
    }
    if (node != 0) {
      box.put(node, 2);
    }
  }

  private void finish(SipWriter out) {
    box.seal(out.put(MARK), null);
  }

  /** Reads a URI's user part. */
  public Verdict read(byte[] bytes, int from, int to) {
    if (!claims(bytes, from, to)) {
      return Verdict.ABSENT;
    }
    if (!box.open(bytes, from + MARK.length, to, MAX_BYTES, null)) {
      return Verdict.FORGED;
    }
    first = (int) box.number(0, 1);
    int whole = nodeAt() + (has(NODE) ? 2 : 0);
    return (first & VERSION_BITS) == VERSION && box.length() == whole
        ? Verdict.VALID
        : Verdict.FORGED;
  }

  private static boolean claims(byte[] bytes, int from, int to) {
    if (to - from < MARK.length) {
      return false;
    }
    for (int i = 0; i < MARK.length; i++) {
      if (bytes[from + i] != MARK[i]) {
        return false;
      }
    }
    return true;
  }

  // ---- what a valid token says ----

  /** The flow's transport. */
  public String transport() {
    return SealedBytes.transport(first >>> 3 & 7);
  }

  /** The peer's address. */
  public InetSocketAddress remote() {
    return box.address(ADDRESS_AT, has(IPV6) ? 16 : 4);
  }

  /** The connection's number, 0 for UDP and where any connection will do. */
  public long connection() {
    return has(CONNECTION) ? box.number(connectionAt(), 8) : 0;
  }

  /** The node that holds the flow, 0 when there is one node only. */
  public int node() {
    return has(NODE) ? (int) box.number(nodeAt(), 2) : 0;
  }

  /** The listener it names; null when there is none of that name any more. */
  public @Nullable Listener listener(List<Listener> all) {
    int hash = (int) box.number(1, 4);
    for (int i = 0; i < all.size(); i++) {
      Listener listener = all.get(i);
      if (listener.name().hashCode() == hash && listener.transport().name().equals(transport())) {
        return listener;
      }
    }
    return null;
  }

  /** The flow itself; null when it is gone: its connection has ended, or its listener. */
  public @Nullable Flow flow(OutboundFlows wire) {
    Listener by = listener(wire.listeners());
    if (by == null) {
      return null;
    }
    if (!by.transport().reliable()) {
      return wire.flowTo(transport(), remote(), by);
    }
    if (connection() == 0) {
      return wire.flowTo(transport(), remote(), by);
    }
    Flow flow = wire.connection(connection());
    return flow != null && flow.open() ? flow : null;
  }

  private boolean has(int flag) {
    return (first & flag) != 0;
  }

  private int connectionAt() {
    return ADDRESS_AT + (has(IPV6) ? 18 : 6);
  }

  private int nodeAt() {
    return connectionAt() + (has(CONNECTION) ? 8 : 0);
  }
}
