// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meters;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may resume after the keys of tickets have changed: engine against engine, in memory. */
class TicketKeysTest {
  private static final String HOST = "a.example.com";

  private final TestCertificates certificates;
  private final TlsRuntime workshop =
      new TlsRuntime(new TlsWorkSettings(TlsLibrary.BORINGSSL, 1, 100), new Meters());
  private final ListenerEngines desk;
  private final SSLContext peer;

  TicketKeysTest(@TempDir Path folder) throws Exception {
    certificates = new TestCertificates(folder);
    desk = workshop.desk(certificates.listener(certificates.of("a", HOST)));
    peer = certificates.trusting();
  }

  @AfterEach
  void close() {
    workshop.close();
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, 0, true",
    "TLSv1.2, 1, true",
    "TLSv1.2, 2, false",
    "TLSv1.3, 0, true",
    "TLSv1.3, 1, true",
    "TLSv1.3, 2, false"
  })
  void takesTicketsOfTheKeyInUseAndOfTheOneBefore(String version, int changes, boolean taken)
      throws Exception {
    assertThat(resumes(version)).isFalse();
    for (int i = 0; i < changes; i++) {
      desk.rotate();
    }
    assertThat(resumes(version)).isEqualTo(taken);
  }

  @Test
  void keepsTheKeysWhenCertificatesAreReadAgain() throws Exception {
    assertThat(resumes("TLSv1.3")).isFalse();
    desk.reload(certificates.listener(certificates.of("a", HOST)));
    assertThat(resumes("TLSv1.3")).isTrue();
  }

  @Test
  void changesTheKeysWhenOtherAuthoritiesCount() throws Exception {
    assertThat(resumes("TLSv1.3")).isFalse();
    desk.reload(certificates.asking(VerifyClient.OPTIONAL, certificates.of("a", HOST)));
    assertThat(resumes("TLSv1.3")).isFalse();
  }

  // One handshake, and a byte back, for tickets of TLS 1.3 come behind it.
  private boolean resumes(String version) throws Exception {
    SSLEngine client = peer.createSSLEngine(HOST, 5061);
    client.setUseClientMode(true);
    client.setEnabledProtocols(new String[] {version});
    byte[] hello = hello(client);
    TlsEngine server = desk.accept(ClientHello.read(hello, 0, hello.length));
    try {
      long before = System.currentTimeMillis();
      Thread.sleep(2);
      Wire wire = new Wire(client, server.engine(), hello);
      wire.shake();
      wire.say();
      return client.getSession().getCreationTime() <= before;
    } finally {
      server.release();
    }
  }

  private static byte[] hello(SSLEngine client) throws SSLException {
    ByteBuffer out = ByteBuffer.allocate(20_000);
    client.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Carries bytes between two engines. Owned by one test. */
  private static final class Wire {
    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(70_000);
    private final ByteBuffer toClient = ByteBuffer.allocate(70_000);
    private final ByteBuffer opened = ByteBuffer.allocate(70_000);

    Wire(SSLEngine client, SSLEngine server, byte[] hello) {
      this.client = client;
      this.server = server;
      toServer.put(hello);
    }

    void shake() throws SSLException {
      for (int i = 0; i < 50 && (i == 0 || shaking(client) || shaking(server)); i++) {
        deliver(toServer, server);
        collect(server, toClient);
        deliver(toClient, client);
        collect(client, toServer);
      }
      assertThat(shaking(client) || shaking(server)).isFalse();
    }

    /** One byte of the server. */
    void say() throws SSLException {
      server.wrap(ByteBuffer.wrap(new byte[] {1}), toClient);
      deliver(toClient, client);
    }

    private static void collect(SSLEngine from, ByteBuffer sealed) throws SSLException {
      tasks(from);
      while (from.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
        from.wrap(ByteBuffer.allocate(0), sealed);
        tasks(from);
      }
    }

    private void deliver(ByteBuffer sealed, SSLEngine to) throws SSLException {
      sealed.flip();
      SSLEngineResult result;
      do {
        result = to.unwrap(sealed, opened.clear());
        tasks(to);
      } while (sealed.hasRemaining() && result.bytesConsumed() > 0);
      sealed.compact();
    }

    private static void tasks(SSLEngine engine) {
      for (Runnable task = engine.getDelegatedTask();
          task != null;
          task = engine.getDelegatedTask()) {
        task.run();
      }
    }

    private static boolean shaking(SSLEngine engine) {
      return engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
    }
  }
}
