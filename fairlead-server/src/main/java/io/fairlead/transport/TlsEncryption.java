// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.transport.ListenerMeters.Drop;
import io.fairlead.transport.tls.CertificateNames;
import io.fairlead.transport.tls.ClientHello;
import io.fairlead.transport.tls.ListenerEngines;
import io.fairlead.transport.tls.TlsClientSettings;
import io.fairlead.transport.tls.TlsEngine;
import io.fairlead.transport.tls.TlsRuntime;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) on one connection. Handshakes are worked on other threads, a
 * step each time whole records have come, while nothing is read. Between records it keeps no
 * buffer.
 *
 * <pre>
 *   accepted             whole ClientHello         step done, more to come
 *   HELLO ------------------------> WORKING <----------------------------> WAITING
 *   connected ----------------------^  |          whole records
 *                                      | handshake done
 *                                      v
 *                                     OPEN -----> CLOSED, from each state
 * </pre>
 *
 * <p>Owned by one loop; in WORKING the engine belongs to the thread that works it.
 */
final class TlsEncryption implements ConnectionEncryption {
  private enum State {
    HELLO,
    WORKING,
    WAITING,
    OPEN,
    CLOSED
  }

  private static final byte[] NOTHING = {};
  private static final int SMALLEST = 512;
  private static final int HEADER = 5;
  private static final int HANDSHAKE = 22;
  // RFC 8446 §6.
  private static final int UNEXPECTED_MESSAGE = 10;
  private static final int DECODE_ERROR = 50;
  private static final int PROTOCOL_VERSION = 70;

  private final LayeredConnection carrier;
  private final TlsRuntime workshop;
  private final ListenerEngines desk;
  private @Nullable TlsEngine engine;
  private State state = State.HELLO;
  private boolean saidGoodbye;
  // Written before the connection is known to others.
  private List<String> proven = List.of();
  private byte[] kept = NOTHING;
  private int keptCount;

  TlsEncryption(LayeredConnection carrier, TlsRuntime workshop, ListenerEngines desk) {
    this.carrier = carrier;
    this.workshop = workshop;
    this.desk = desk;
  }

  @Override
  public void begin() {
    Peer peer = carrier.peer();
    if (peer == null) {
      return;
    }
    TlsClientSettings settings = peer.tls() == null ? TlsClientSettings.USUAL : peer.tls();
    String domain = peer.domain();
    if (domain == null) {
      domain = peer.address().getAddress().getHostAddress();
    }
    String wanted = domain;
    int port = peer.address().getPort();
    work(true, () -> desk.connect(wanted, port, settings));
  }

  // ---- the handshake ----

  private void hello() {
    ClientHello hello = ClientHello.read(kept, 0, keptCount);
    switch (hello.kind()) {
      case MORE -> {}
      case WHOLE -> work(true, () -> desk.accept(hello));
      case NOT_TLS -> refuse(UNEXPECTED_MESSAGE, Drop.NOT_TLS, "this is not TLS");
      case TOO_OLD -> refuse(PROTOCOL_VERSION, Drop.HANDSHAKE, "older than TLS 1.2");
      case BROKEN -> refuse(DECODE_ERROR, Drop.HANDSHAKE, "a broken ClientHello");
    }
  }

  private void refuse(int alert, Drop why, String words) {
    byte[] fatal = {21, 3, 3, 0, 2, 2, (byte) alert};
    carrier.wire(ByteBuffer.wrap(fatal));
    carrier.violated(why, words);
  }

  /** What makes an engine, which takes its time. */
  private interface Maker {
    TlsEngine make();
  }

  private void work(boolean first, Maker maker) {
    state = State.WORKING;
    carrier.reading(false);
    byte[] arrived = kept;
    int count = keptCount;
    Runnable step = () -> step(maker, arrived, count);
    if (!first) {
      workshop.proceed(step);
    } else if (!workshop.begin(step)) {
      carrier.violated(Drop.HANDSHAKES_WAITING, "too many handshakes wait");
    }
  }

  // On a thread of the workshop.
  private void step(Maker maker, byte[] arrived, int count) {
    TlsEngine made = null;
    Handshake.Outcome outcome;
    try {
      made = maker.make();
      outcome = Handshake.step(made.engine(), arrived, count);
    } catch (RuntimeException e) {
      outcome = new Handshake.Outcome(NOTHING, NOTHING, 0, false, e);
    }
    TlsEngine used = made;
    Handshake.Outcome result = outcome;
    carrier.loop().execute(() -> home(used, result));
  }

  private void home(@Nullable TlsEngine used, Handshake.Outcome outcome) {
    engine = used;
    if (state == State.CLOSED) {
      release();
      return;
    }
    drop(outcome.taken());
    state = State.WAITING;
    if (outcome.said().length > 0) {
      carrier.wire(ByteBuffer.wrap(outcome.said()));
    }
    if (outcome.failure() != null) {
      saidGoodbye = true;
      carrier.violated(reason(outcome.failure()), words(outcome.failure()));
    } else if (outcome.done()) {
      state = State.OPEN;
      carrier.meters().handshakes.add();
      if (used != null && carrier.inbound()) {
        proven = proven(used.engine());
      }
      carrier.secured();
      if (outcome.plain().length > 0) {
        carrier.plain(outcome.plain(), 0, outcome.plain().length);
      }
      open(NOTHING, 0, 0);
    } else if (wholeRecord()) {
      proceed();
    }
    if (state == State.WAITING || state == State.OPEN) {
      carrier.reading(true);
    }
  }

  // A certificate that was shown to us is one that was verified.
  private static List<String> proven(SSLEngine engine) {
    try {
      return engine.getSession().getPeerCertificates()[0] instanceof X509Certificate shown
          ? CertificateNames.names(shown)
          : List.of();
    } catch (SSLPeerUnverifiedException e) {
      return List.of();
    }
  }

  @Override
  public boolean proves(Peer wanted) {
    if (proven.isEmpty() || wanted.tls() != null) {
      return false;
    }
    String domain = wanted.domain();
    String name = domain == null ? wanted.address().getAddress().getHostAddress() : domain;
    return CertificateNames.speakFor(proven, name, false);
  }

  private void proceed() {
    TlsEngine mine = engine;
    if (mine != null) {
      engine = null;
      work(false, () -> mine);
    }
  }

  private static Drop reason(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return Drop.CERTIFICATE;
      }
    }
    return Drop.HANDSHAKE;
  }

  private static String words(Exception failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return "TLS: " + String.valueOf(deepest.getMessage()).toLowerCase(Locale.ROOT);
  }

  // ---- from the socket ----

  @Override
  public void received(byte[] bytes, int from, int to) {
    switch (state) {
      case HELLO -> {
        keep(bytes, from, to);
        hello();
      }
      case WAITING -> {
        keep(bytes, from, to);
        if (wholeRecord()) {
          proceed();
        }
      }
      case WORKING -> keep(bytes, from, to);
      case OPEN -> open(bytes, from, to);
      case CLOSED -> {}
    }
  }

  private void open(byte[] bytes, int from, int to) {
    TlsBuffers scratch = carrier.scratch().tls();
    ByteBuffer sealed = scratch.sealed.clear();
    if (keptCount + to - from > sealed.remaining()) {
      carrier.violated(Drop.TLS_RECORD, "more than a record was kept");
      return;
    }
    sealed.put(kept, 0, keptCount).put(bytes, from, to - from).flip();
    kept = NOTHING;
    keptCount = 0;
    while (carrier.alive() && state == State.OPEN && sealed.hasRemaining()) {
      if (!record(sealed, scratch)) {
        break;
      }
    }
    if (carrier.alive() && state == State.OPEN && sealed.hasRemaining()) {
      keptCount = sealed.remaining();
      kept = new byte[Math.max(SMALLEST, keptCount)];
      sealed.get(kept, 0, keptCount);
    }
  }

  // False when the rest is no whole record.
  private boolean record(ByteBuffer sealed, TlsBuffers scratch) {
    TlsEngine mine = engine;
    // In TLS 1.3 all is of one outer type; in TLS 1.2 this would begin another handshake.
    if (mine == null || sealed.get(sealed.position()) == HANDSHAKE) {
      carrier.violated(Drop.RENEGOTIATION, "renegotiation is not allowed");
      return false;
    }
    try {
      SSLEngineResult result = mine.engine().unwrap(sealed, scratch.opened.clear());
      answer(mine.engine(), result.getHandshakeStatus());
      int count = scratch.opened.flip().remaining();
      if (count > 0) {
        scratch.opened.get(scratch.plain, 0, count);
        carrier.plain(scratch.plain, 0, count);
      }
      if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
        carrier.end("closed by the peer");
      }
      return result.bytesConsumed() > 0 || count > 0;
    } catch (SSLException e) {
      ByteBuffer out = carrier.scratch().out.clear();
      Handshake.lastWords(mine.engine(), out);
      saidGoodbye = true;
      carrier.wire(out.flip());
      carrier.violated(Drop.TLS_RECORD, words(e));
      return false;
    }
  }

  // What the engine itself wants to say: new keys, an alert.
  private void answer(SSLEngine mine, SSLEngineResult.HandshakeStatus first) throws SSLException {
    if (first == SSLEngineResult.HandshakeStatus.NEED_TASK) {
      Handshake.tasks(mine);
    }
    if (first == SSLEngineResult.HandshakeStatus.NEED_WRAP
        || mine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
      say(mine);
      // BoringSSL throws what an alert is about only when asked for more.
      say(mine);
    }
  }

  private void say(SSLEngine mine) throws SSLException {
    ByteBuffer out = carrier.scratch().out.clear();
    mine.wrap(ByteBuffer.wrap(NOTHING), out);
    carrier.wire(out.flip());
  }

  @Override
  public boolean inRecord() {
    return state == State.OPEN && keptCount > 0;
  }

  private boolean wholeRecord() {
    return keptCount >= HEADER && keptCount >= HEADER + ((kept[3] & 0xFF) << 8 | kept[4] & 0xFF);
  }

  private void keep(byte[] bytes, int from, int to) {
    int count = keptCount + to - from;
    if (count > LoopBuffers.SIZE + TlsBuffers.RECORD) {
      carrier.violated(Drop.HANDSHAKE, "more than a handshake has");
      return;
    }
    if (count > kept.length) {
      kept = Arrays.copyOf(kept, Math.max(SMALLEST, Integer.highestOneBit(count - 1) << 1));
    }
    System.arraycopy(bytes, from, kept, keptCount, to - from);
    keptCount = count;
  }

  private void drop(int count) {
    keptCount -= count;
    kept = keptCount == 0 ? NOTHING : Arrays.copyOfRange(kept, count, count + keptCount);
  }

  // ---- to the socket ----

  @Override
  public void protect(ByteBuffer plain, ByteBuffer out) {
    TlsEngine mine = engine;
    if (mine == null || state != State.OPEN || saidGoodbye) {
      return;
    }
    try {
      while (plain.hasRemaining()) {
        SSLEngineResult result = mine.engine().wrap(plain, out);
        if (result.getStatus() != SSLEngineResult.Status.OK) {
          saidGoodbye = true;
          carrier.violated(Drop.TLS_RECORD, "TLS: cannot encrypt, " + result.getStatus());
          return;
        }
      }
    } catch (SSLException e) {
      saidGoodbye = true;
      carrier.violated(Drop.TLS_RECORD, words(e));
    }
  }

  @Override
  public void bye() {
    TlsEngine mine = engine;
    if (mine == null || saidGoodbye || state != State.OPEN) {
      return;
    }
    saidGoodbye = true;
    mine.engine().closeOutbound();
    ByteBuffer out = carrier.scratch().out.clear();
    Handshake.lastWords(mine.engine(), out);
    carrier.wire(out.flip());
  }

  @Override
  public void close() {
    boolean away = state == State.WORKING;
    state = State.CLOSED;
    kept = NOTHING;
    keptCount = 0;
    if (!away) {
      release();
    }
  }

  private void release() {
    TlsEngine mine = engine;
    engine = null;
    if (mine != null) {
      mine.release();
    }
  }
}
