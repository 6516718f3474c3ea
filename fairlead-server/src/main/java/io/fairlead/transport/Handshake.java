// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Works a handshake as far as the bytes that have come allow. It runs on threads that may take
 * their time.
 */
final class Handshake {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final ThreadLocal<TlsBuffers> SCRATCH = ThreadLocal.withInitial(TlsBuffers::new);
  // More rounds than any handshake has, should an engine ever ask for ever.
  private static final int MOST_TURNS = 1000;
  private static final int MOST_ALERTS = 4;

  /**
   * How far it came. Immutable.
   *
   * @param said for the peer
   * @param plain what came behind the handshake, decrypted: some engines finish the one with the
   *     other
   * @param taken so many bytes were used
   * @param done whether messages can go
   * @param failure why it cannot go on; null when it can
   */
  record Outcome(byte[] said, byte[] plain, int taken, boolean done, @Nullable Exception failure) {}

  private Handshake() {}

  /** One step. */
  static Outcome step(SSLEngine engine, byte[] arrived, int count) {
    TlsBuffers scratch = SCRATCH.get();
    ByteBuffer in = scratch.sealed.clear().put(arrived, 0, count).flip();
    ByteBuffer out = scratch.said.clear();
    ByteArrayOutputStream plain = new ByteArrayOutputStream(0);
    boolean done = false;
    Exception failure = null;
    try {
      done = run(engine, in, scratch, plain);
      // A peer that goes in the middle, in whatever good order.
      if (!done && (engine.isInboundDone() || engine.isOutboundDone())) {
        failure = new SSLException("closed during the handshake");
      }
    } catch (SSLException | RuntimeException e) {
      failure = e;
      lastWords(engine, out);
    }
    byte[] said = new byte[out.flip().remaining()];
    out.get(said);
    return new Outcome(said, plain.toByteArray(), in.position(), done, failure);
  }

  private static boolean run(
      SSLEngine engine, ByteBuffer in, TlsBuffers scratch, ByteArrayOutputStream plain)
      throws SSLException {
    if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING) {
      engine.beginHandshake();
    }
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      switch (engine.getHandshakeStatus()) {
        case FINISHED, NOT_HANDSHAKING -> {
          return true;
        }
        case NEED_TASK -> tasks(engine);
        case NEED_WRAP -> {
          if (engine.wrap(NOTHING, scratch.said).getStatus() != SSLEngineResult.Status.OK) {
            return false;
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          SSLEngineResult result = engine.unwrap(in, scratch.opened.clear());
          int produced = scratch.opened.flip().remaining();
          scratch.opened.get(scratch.plain, 0, produced);
          plain.write(scratch.plain, 0, produced);
          if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            // BoringSSL sees only when asked for more that it has all it needs.
            return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
          }
          if (result.getStatus() != SSLEngineResult.Status.OK) {
            return false;
          }
        }
      }
    }
    throw new SSLException("the handshake does not end");
  }

  static void tasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** The alert that says why, when the engine has one. */
  static void lastWords(SSLEngine engine, ByteBuffer out) {
    for (int i = 0; i < MOST_ALERTS; i++) {
      if (!anotherWord(engine, out)) {
        return;
      }
    }
  }

  private static boolean anotherWord(SSLEngine engine, ByteBuffer out) {
    int before = out.position();
    try {
      return engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
          && engine.wrap(NOTHING, out).getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW
          && out.position() > before;
    } catch (SSLException e) {
      // Some engines repeat the reason with the alert.
      return true;
    }
  }
}
