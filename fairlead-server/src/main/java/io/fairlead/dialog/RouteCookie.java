// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What Fairlead writes into the user part of its Record-Route URI, so that an in-dialog request can
 * be routed with no table, by this node or any other with the same key: the backend, which side is
 * the caller, and the flow to a side that cannot be reached by its Contact. It is sealed over
 * itself and the Call-ID: a changed cookie, or one of another call, does not verify. It is not
 * secret.
 *
 * <pre>
 *   byte 0      version (high four bits), flags: 1 caller's flow over IPv4, 2 over IPv6, 4 stateless
 *   byte 1-4    backend
 *   byte 5-6    hash of the caller's tag
 *   [byte 7     transport of the caller's flow, then address (4 or 16), port (2)]
 *   [1 byte     the filters of the dialog; where flag 8 of byte 0 says so, in both versions]
 *   last 8      seal
 * </pre>
 *
 * Version 2 is written where there is a flow to the callee, a connection's number or a device, or a
 * flow is only the second choice:
 *
 * <pre>
 *   byte 0      flags: 1 caller's flow is the second choice, 2 callee's, 4 stateless
 *   byte 7      flags, caller's low, callee's high: 1 flow, 2 IPv6, 4 connection, 8 device
 *   for each flow: transport, address (4 or 16), port (2), [connection (8)],
 *                  [mark of the device (4), length of its address of record (1), that itself]
 * </pre>
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
public final class RouteCookie {
  private static final int VERSION_1 = 1 << 4;
  private static final int VERSION_2 = 2 << 4;
  private static final int STATELESS = 4;
  private static final int FILTERS = 8;
  // In version 2, where these bits have no other meaning; a node that does not know them takes the
  // flow.
  private static final int CALLER_SPARE = 1;
  private static final int CALLEE_SPARE = 2;
  private static final int FIXED = 7;
  private static final int FLOW_BYTES = 1 + 16 + 2 + 8;
  private static final int DEVICE_BYTES = 4 + 1;
  private static final int MAX_BYTES =
      FIXED + 2 + 2 * (FLOW_BYTES + DEVICE_BYTES + DialogSide.LONGEST_AOR);
  private static final int FLOW = 1;
  private static final int IPV6 = 2;
  private static final int CONNECTION = 4;
  private static final int DEVICE = 8;
  private static final int CALLEE_SHIFT = 4;

  private final SealedBytes box;
  // As in version 2, whatever was read.
  private int flows;
  private int callerAt;
  private int calleeAt;
  private int filters;

  /** A reader and writer of cookies. */
  public RouteCookie(CookieKeys keys) {
    this.box = new SealedBytes(keys);
  }

  /**
   * Says which filters the dialog has whose cookie is written next, and no other.
   *
   * @param bits the lowest eight; 0 for none
   */
  public RouteCookie withFilters(int bits) {
    filters = bits;
    return this;
  }

  /**
   * Writes the cookie of a new dialog.
   *
   * @param request the dialog's first request
   * @param backend number of the backend, see {@code Backend.id}
   * @param caller the way back to the caller, or null when the Contact is good enough
   * @param callee the same for the callee
   * @param stateless in-dialog requests are to be forwarded without state
   */
  public void write(
      SipWriter out,
      SipMessage request,
      int backend,
      @Nullable DialogSide caller,
      @Nullable DialogSide callee,
      boolean stateless) {
    int flags = flags(caller) | flags(callee) << CALLEE_SHIFT;
    int own = filters;
    filters = 0;
    int kind = (stateless ? STATELESS : 0) | (own == 0 ? 0 : FILTERS);
    int spare = spare(caller, CALLER_SPARE) | spare(callee, CALLEE_SPARE);
    boolean old = flags <= (FLOW | IPV6) && spare == 0;
    // Version 1 has one flag for each family.
    int family = (flags & IPV6) != 0 ? 2 : flags & FLOW;
    box.clear().put(old ? VERSION_1 | family | kind : VERSION_2 | kind | spare, 1);
    box.put(backend, 4);
    box.put(tagHash(request.bytes(), request.fromTagFrom(), request.fromTagTo()), 2);
    if (!old) {
      box.put(flags, 1);
    }
    put(caller);
    put(callee);
    if (own != 0) {
      box.put(own, 1);
    }
    box.seal(out, request);
  }

  private static int spare(@Nullable DialogSide side, int flag) {
    return side != null && side.spare() ? flag : 0;
  }

  private static int flags(@Nullable DialogSide side) {
    if (side == null) {
      return 0;
    }
    Flow flow = side.flow();
    boolean v6 = flow.remote().getAddress().getAddress().length == 16;
    int flags = FLOW | (v6 ? IPV6 : 0) | (flow.connection() != 0 ? CONNECTION : 0);
    return flags | (side.hasDevice() ? DEVICE : 0);
  }

  private void put(@Nullable DialogSide side) {
    if (side == null) {
      return;
    }
    Flow flow = side.flow();
    box.put(SealedBytes.code(flow.transport().name()), 1).put(flow.remote());
    if (flow.connection() != 0) {
      box.put(flow.connection(), 8);
    }
    if (side.hasDevice()) {
      byte[] aor = side.device().aor();
      box.put(side.device().mark(), 4).put(aor.length, 1).put(aor);
    }
  }

  /**
   * Reads a cookie and checks its seal against the Call-ID of the message it came with.
   *
   * @return false when it is none, was changed, or belongs to another call
   */
  public boolean read(byte[] bytes, int from, int to, SipMessage message) {
    if (!box.open(bytes, from, to, MAX_BYTES, message) || box.length() < FIXED) {
      return false;
    }
    int first = (int) box.number(0, 1);
    switch (first & 0xf0) {
      case VERSION_1 -> {
        flows = (first & 1) != 0 ? FLOW : (first & 2) != 0 ? FLOW | IPV6 : 0;
        callerAt = FIXED;
      }
      case VERSION_2 -> {
        flows = (int) box.number(FIXED, 1);
        callerAt = FIXED + 1;
      }
      default -> {
        return false;
      }
    }
    calleeAt = end(callerAt, flows);
    int filtersAt = box.length() - ((first & FILTERS) == 0 ? 0 : 1);
    return calleeAt <= filtersAt && end(calleeAt, flows >>> CALLEE_SHIFT) == filtersAt;
  }

  // Where a side that begins there ends; beyond the end of all when it is cut off.
  private int end(int at, int flags) {
    if ((flags & FLOW) == 0) {
      return at;
    }
    int device = at + flowSize(flags);
    if ((flags & DEVICE) == 0) {
      return device;
    }
    int aor = device + DEVICE_BYTES;
    return aor > box.length() ? aor : aor + (int) box.number(aor - 1, 1);
  }

  private static int flowSize(int flags) {
    return 1 + ((flags & IPV6) == 0 ? 4 : 16) + 2 + ((flags & CONNECTION) == 0 ? 0 : 8);
  }

  /** The backend's number. */
  public int backend() {
    return (int) box.number(1, 4);
  }

  /** True when the message comes from the side that began the dialog. */
  public boolean fromCaller(SipMessage message) {
    return tagHash(message.bytes(), message.fromTagFrom(), message.fromTagTo())
        == box.number(FIXED - 2, 2);
  }

  /** True when the dialog's first request was forwarded without state. */
  public boolean stateless() {
    return (box.number(0, 1) & STATELESS) != 0;
  }

  /** The filters of the dialog, as bits; 0 for none. */
  public int filters() {
    return (box.number(0, 1) & FILTERS) == 0 ? 0 : (int) box.number(box.length() - 1, 1);
  }

  /** True when that side is to be reached by a flow and not by its Contact. */
  public boolean hasFlow(boolean toCaller) {
    return (flags(toCaller) & FLOW) != 0 && !isSpare(toCaller);
  }

  /** True when a flow to that side is noted for when its Contact does not lead there. */
  public boolean hasSpare(boolean toCaller) {
    return (flags(toCaller) & FLOW) != 0 && isSpare(toCaller);
  }

  private boolean isSpare(boolean toCaller) {
    int first = (int) box.number(0, 1);
    return (first & 0xf0) == VERSION_2 && (first & (toCaller ? CALLER_SPARE : CALLEE_SPARE)) != 0;
  }

  /** Transport of the flow to that side. */
  public String transport(boolean toCaller) {
    return SealedBytes.transport((int) box.number(at(toCaller), 1));
  }

  /** The address of that side on its flow. */
  public InetSocketAddress address(boolean toCaller) {
    return box.address(at(toCaller) + 1, addressSize(toCaller));
  }

  /** The number of the flow's connection, 0 for UDP and where it is not known. */
  public long connection(boolean toCaller) {
    return (flags(toCaller) & CONNECTION) == 0
        ? 0
        : box.number(at(toCaller) + 1 + addressSize(toCaller) + 2, 8);
  }

  /**
   * The flow to that side.
   *
   * @param by the listener to leave by
   * @return null when it is gone: its connection has ended, or no listener speaks its transport
   */
  public @Nullable Flow flow(boolean toCaller, OutboundFlows wire, Listener by) {
    long connection = connection(toCaller);
    if (connection == 0) {
      return wire.flowTo(transport(toCaller), address(toCaller), by);
    }
    Flow flow = wire.connection(connection);
    return flow != null && flow.open() ? flow : null;
  }

  /** The mark of that side's device; 0 when none is noted. */
  public int device(boolean toCaller) {
    return (flags(toCaller) & DEVICE) == 0 ? 0 : (int) box.number(deviceAt(toCaller), 4);
  }

  /** The address of record of that side's device; empty when the dialog's From or To names it. */
  public byte[] aor(boolean toCaller) {
    int from = deviceAt(toCaller) + DEVICE_BYTES;
    return box.copy(from, (int) box.number(from - 1, 1));
  }

  private int deviceAt(boolean toCaller) {
    return at(toCaller) + flowSize(flags(toCaller));
  }

  private int flags(boolean caller) {
    return (caller ? flows : flows >>> CALLEE_SHIFT) & 0xf;
  }

  private int at(boolean caller) {
    return caller ? callerAt : calleeAt;
  }

  private int addressSize(boolean caller) {
    return (flags(caller) & IPV6) == 0 ? 4 : 16;
  }

  // Sixteen bits tell two sides of one call apart; the seal guards the rest.
  private static int tagHash(byte[] bytes, int from, int to) {
    int hash = 0x811c9dc5;
    for (int i = from; i < to; i++) {
      hash = (hash ^ bytes[i]) * 0x01000193;
    }
    return (hash ^ hash >>> 16) & 0xffff;
  }
}
