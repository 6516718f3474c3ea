// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Loop;
import io.fairlead.sip.SipProblem;
import io.fairlead.transport.ListenerMeters.Drop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection as its layers see it. Bytes go up from the socket by {@link ConnectionEncryption}
 * and {@link Framing} to a message, and down the same way; each layer has a handshake of its own or
 * none.
 *
 * <p>Owned by one loop.
 */
interface LayeredConnection {
  /** Where the connection is served. */
  Loop loop();

  /** The buffers of that loop. */
  LoopBuffers scratch();

  /** The listener it belongs to. */
  Listener listener();

  /** The listener's settings. */
  ListenerSettings settings();

  /** The listener's counters. */
  ListenerMeters meters();

  /** The peer; before a layer begins perhaps the load balancer that speaks for it. */
  InetSocketAddress remote();

  /** Whom we connect to, and what it must prove; null when the peer connected to us. */
  @Nullable Peer peer();

  /** True when the peer connected to us. */
  boolean inbound();

  /** From the security: bytes for the socket, before anything that waits. */
  void wire(ByteBuffer bytes);

  /** From the security: the handshake is done. */
  void secured();

  /** From the security: bytes for the framing, borrowed. */
  void plain(byte[] bytes, int from, int to);

  /** From the framing: its handshake is done, messages can go. */
  void framed();

  /** From the framing: a whole message, borrowed. Returns whatever happens above. */
  void message(byte[] bytes, int from, int to);

  /**
   * From the framing: what arrived is no message; what there is of it, borrowed. The framing ends
   * the connection afterwards.
   */
  void broken(byte[] bytes, int from, int to, SipProblem problem);

  /** From the framing: bytes of its own that are no message, to be sent now; copied. */
  void control(byte[] bytes, int from, int to);

  /** From the framing: it has asked the peer for a sign of life. */
  void pinged();

  /** From the framing: the peer gave a sign of life. */
  void pong();

  /** Stops or goes on reading from the socket, while something slow runs elsewhere. */
  void reading(boolean on);

  /** From either: the peer broke the protocol. The connection ends; the reason is counted. */
  void violated(Drop why, String words);

  /** From either: the connection is over in an orderly way; what waits to be written still goes. */
  void end(String words);

  /** False once the connection has ended; nothing more is delivered. */
  boolean alive();
}
