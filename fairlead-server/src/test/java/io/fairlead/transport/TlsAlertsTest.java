// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.Pem;
import io.fairlead.transport.tls.TestCertificates;
import io.fairlead.transport.tls.TlsClientSettings.Verify;
import io.fairlead.transport.tls.TlsLibrary;
import io.fairlead.transport.tls.TlsSettings;
import io.fairlead.transport.tls.TlsWorkSettings;
import io.fairlead.transport.tls.VerifyClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer whose certificate is refused hears why (RFC 8446 §6.2). */
class TlsAlertsTest {
  private static final String NAME = "peer.example.com";

  /** What the peer shows, and what is said of it. */
  enum Shown {
    FOREIGN("unknown_ca"),
    EXPIRED("certificate_expired"),
    OTHER_NAME("bad_certificate"),
    GOOD("");

    private final String alert;

    Shown(String alert) {
      this.alert = alert;
    }

    CertificateSettings of(TestCertificates certificates) {
      return switch (this) {
        case FOREIGN -> certificates.foreign("peer", NAME);
        case EXPIRED -> certificates.expired("peer", NAME);
        case OTHER_NAME -> certificates.of("peer", "other.example.com");
        case GOOD -> certificates.of("peer", NAME);
      };
    }
  }

  /** One handshake. */
  record Way(TlsLibrary library, String version, Shown shown) {
    // The JDK's engines choose for themselves, and say no more than this.
    void assertAlert(String message) {
      assertThat(message).contains("Received fatal alert: ");
      String alert = message.substring(message.lastIndexOf(' ') + 1);
      assertThat(alert)
          .isIn(
              library == TlsLibrary.JDK
                  ? List.of(shown.alert, "certificate_unknown")
                  : List.of(shown.alert));
    }
  }

  static Stream<Way> ways() {
    return Stream.of(TlsLibrary.JDK, TlsLibrary.BORINGSSL)
        .flatMap(library ->
            Stream.of("TLSv1.2", "TLSv1.3")
                .flatMap(version ->
                    Stream.of(Shown.values()).map(shown -> new Way(library, version, shown))));
  }

  private final List<AutoCloseable> open = new ArrayList<>();
  private final TestCertificates certificates;

  TlsAlertsTest(@TempDir Path folder) throws Exception {
    certificates = new TestCertificates(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private NetworkListeners network(Way way) {
    Loops loops = new Loops(1, () -> {});
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    TunedListener tuned = new TunedListener("tls://127.0.0.1:0");
    TlsSettings asking =
        certificates.asking(VerifyClient.REQUIRE, certificates.of("own", "own.example.com"));
    tuned.tls = asking;
    NetworkListeners network =
        NetworkListeners.open(
            List.of(tuned.settings()),
            new TlsWorkSettings(way.library, 1, 100),
            loops,
            new Meters());
    open.add(network);
    network.start(new Recorder());
    return network;
  }

  private SSLContext peer(CertificateSettings shown) throws Exception {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    X509Certificate[] chain = Pem.certificates(shown.cert()).toArray(X509Certificate[]::new);
    own.setCertificateEntry("root", Pem.certificates(certificates.authorities()).getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(own);
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] keys = {new Stubborn(chain, Pem.key(shown.key()))};
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }

  /** Shows its certificate also to one who will not take it. */
  private static final class Stubborn extends X509ExtendedKeyManager {
    private final X509Certificate[] chain;
    private final PrivateKey key;

    Stubborn(X509Certificate[] chain, PrivateKey key) {
      this.chain = chain;
      this.key = key;
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return "own";
    }

    @Override
    public String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return "own";
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {"own"};
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {"own"};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return chain;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oneWhoConnectsIsToldWhy(Way way) throws Exception {
    InetSocketAddress at = network(way).listeners().getFirst().bound();
    SSLContext peer = peer(way.shown.of(certificates));
    SSLSocket socket =
        (SSLSocket) peer.getSocketFactory().createSocket(at.getAddress(), at.getPort());
    open.add(socket);
    socket.setSoTimeout(10_000);
    socket.setEnabledProtocols(new String[] {way.version});
    // For which name a client is, is asked when its connection is to be used.
    if (way.shown == Shown.GOOD || way.shown == Shown.OTHER_NAME) {
      socket.startHandshake();
      return;
    }
    assertThatThrownBy(
            () -> {
              socket.startHandshake();
              socket.getInputStream().read();
            })
        .isInstanceOf(SSLException.class)
        .satisfies(e -> way.assertAlert(String.valueOf(e.getMessage())));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oneToWhomWeConnectIsToldWhy(Way way) throws Exception {
    SSLServerSocket server =
        (SSLServerSocket)
            peer(way.shown.of(certificates))
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    open.add(server);
    server.setSoTimeout(10_000);
    server.setEnabledProtocols(new String[] {way.version});
    InetSocketAddress at = (InetSocketAddress) server.getLocalSocketAddress();
    Peer peer = new Peer("tls", at, NAME, certificates.client(Verify.FULL));
    byte[] message = "OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    Objects.requireNonNull(network(way).flowTo(peer, null)).send(message, 0, message.length);
    SSLSocket socket = (SSLSocket) server.accept();
    open.add(socket);
    socket.setSoTimeout(10_000);
    if (way.shown == Shown.GOOD) {
      assertThat(socket.getInputStream().read()).isEqualTo('O');
      return;
    }
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SSLException.class)
        .satisfies(e -> way.assertAlert(String.valueOf(e.getMessage())));
  }
}
