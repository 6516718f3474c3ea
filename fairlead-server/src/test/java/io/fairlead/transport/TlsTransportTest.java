// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.CertificateSettings;
import io.fairlead.transport.tls.Pem;
import io.fairlead.transport.tls.TestCertificates;
import io.fairlead.transport.tls.TlsClientSettings;
import io.fairlead.transport.tls.TlsClientSettings.Verify;
import io.fairlead.transport.tls.TlsLibrary;
import io.fairlead.transport.tls.TlsPolicy;
import io.fairlead.transport.tls.TlsSettings;
import io.fairlead.transport.tls.TlsWorkSettings;
import io.fairlead.transport.tls.VerifyClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS over real sockets, with each library. */
@ParameterizedClass
@EnumSource(
    value = TlsLibrary.class,
    names = {"JDK", "BORINGSSL"})
class TlsTransportTest {
  private static final String BIND = "tls://127.0.0.1:0";

  @Parameter TlsLibrary library = TlsLibrary.AUTO;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Meters meters = new Meters();
  private final Recorder recorder = new Recorder();
  private final TunedListener tuned = new TunedListener(BIND);
  private final TestCertificates certificates;

  TlsTransportTest(@TempDir Path folder) throws IOException {
    certificates = new TestCertificates(folder);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private NetworkListeners network(TlsSettings tls) {
    return network(tls, recorder);
  }

  private NetworkListeners network(TlsSettings tls, FlowListener upper) {
    Loops loops = new Loops(2, () -> {});
    loops.start();
    open.add(() -> assertThat(loops.stop(Duration.ofSeconds(5))).isTrue());
    tuned.tls = tls;
    TlsWorkSettings work = new TlsWorkSettings(library, 1, 100);
    NetworkListeners network =
        NetworkListeners.open(List.of(tuned.settings()), work, loops, meters);
    open.add(network);
    network.start(upper);
    return network;
  }

  private SSLContext peer(@Nullable CertificateSettings shown) throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", Pem.certificates(certificates.authorities()).getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (shown != null) {
      X509Certificate[] chain = Pem.certificates(shown.cert()).toArray(X509Certificate[]::new);
      own.setKeyEntry("own", Pem.key(shown.key()), new char[0], chain);
    }
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private Socket raw(NetworkListeners network) throws IOException {
    InetSocketAddress bound = network.listeners().getFirst().bound();
    Socket socket = new Socket(bound.getAddress(), bound.getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    open.add(socket);
    return socket;
  }

  private SSLSocket client(
      NetworkListeners network, SSLContext context, String host, String... versions)
      throws Exception {
    Socket socket = raw(network);
    SSLSocket secure =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    if (!host.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(host)));
    }
    if (versions.length > 0) {
      parameters.setProtocols(versions);
    }
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  private static String subject(SSLSocket socket) throws Exception {
    X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return shown.getSubjectX500Principal().getName();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String message(int number, int body) {
    String start =
        "MESSAGE sip:a@b SIP/2.0\r\nCSeq: " + number + " MESSAGE\r\nContent-Length: " + body;
    return start + "\r\n\r\n" + "b".repeat(body);
  }

  private static void send(Flow flow, String text) {
    flow.send(bytes(text), 0, text.length());
  }

  // Counted a moment after the alert has gone.
  private void assertDropped(String reason, long count) throws InterruptedException {
    for (int i = 0; i < 1000 && dropped(reason) < count; i++) {
      Thread.sleep(10);
    }
    assertThat(dropped(reason)).isEqualTo(count);
  }

  private long dropped(String reason) {
    return meters.counter(Meter.LISTENER_DROPPED, "tuned", reason).value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void deliversMessagesAndAnswersOverTheirConnection(String version) throws Exception {
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    SSLSocket client = client(network, peer(null), "a.example.com", version);
    client.getOutputStream().write(bytes(message(1, 0) + message(2, 60_000) + message(3, 7)));

    List<Recorder.Event> events = recorder.next(3);
    assertThat(events.get(0).text()).isEqualTo(message(1, 0));
    assertThat(events.get(1).text()).isEqualTo(message(2, 60_000));
    assertThat(events.get(2).text()).isEqualTo(message(3, 7));
    send(events.getFirst().flow(), message(4, 65_000));
    send(events.getFirst().flow(), message(5, 3));
    String both = message(4, 65_000) + message(5, 3);
    assertThat(client.getInputStream().readNBytes(both.length())).isEqualTo(bytes(both));
    assertThat(client.getSession().getProtocol()).isEqualTo(version);
    assertThat(meters.counter(Meter.HANDSHAKES, "tuned").value()).isEqualTo(1);

    client.close();
    assertThat(recorder.next().why()).isEqualTo("closed by the peer");
  }

  @Test
  void showsTheCertificateThatIsAskedFor() throws Exception {
    NetworkListeners network =
        network(
            certificates.listener(
                certificates.of("a", "a.example.com"),
                certificates.rsa("b", "b.example.com", "*.wild.example.com")));
    SSLContext peer = peer(null);

    assertThat(subject(client(network, peer, ""))).isEqualTo("CN=a.example.com");
    assertThat(subject(client(network, peer, "other.example.com"))).isEqualTo("CN=a.example.com");
    assertThat(subject(client(network, peer, "B.example.com"))).isEqualTo("CN=b.example.com");
    assertThat(subject(client(network, peer, "x.wild.example.com"))).isEqualTo("CN=b.example.com");
    assertThat(subject(client(network, peer, "x.y.wild.example.com")))
        .isEqualTo("CN=a.example.com");
    assertThat(subject(client(network, peer, "b.example.com", "TLSv1.2")))
        .isEqualTo("CN=b.example.com");
  }

  @Test
  void refusesOldVersions() throws Exception {
    TlsSettings all = certificates.listener(certificates.of("a", "a.example.com"));
    TlsSettings modern =
        new TlsSettings(all.certificates(), TlsPolicy.MODERN, VerifyClient.NONE, null);
    NetworkListeners network = network(modern);

    assertThatThrownBy(() -> client(network, peer(null), "a.example.com", "TLSv1.2"))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("protocol_version");
    assertDropped("handshake", 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "\0\0\0\0"
      })
  void answersOtherProtocolsWithAnAlert(String text) throws Exception {
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    Socket socket = raw(network);
    socket.getOutputStream().write(bytes(text));

    assertThat(socket.getInputStream().readNBytes(7)).containsExactly(21, 3, 3, 0, 2, 2, 10);
    assertEnded(socket);
    assertDropped("not-tls", 1);
  }

  private static void assertEnded(Socket socket) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).isNotNull();
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void cutsOneWhoDoesNotFinishTheHandshake() throws Exception {
    tuned.handshakeTimeout = Duration.ofMillis(300);
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    Socket silent = raw(network);
    Socket half = raw(network);
    half.getOutputStream().write(new byte[] {22, 3, 1, 0, 100, 1});

    assertEnded(silent);
    assertEnded(half);
    assertDropped("handshake-timeout", 2);
  }

  @Test
  void endsAConnectionWithABrokenRecord() throws Exception {
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    Socket socket = raw(network);
    SSLSocket client =
        (SSLSocket) peer(null).getSocketFactory().createSocket(socket, "h", 1, false);
    client.startHandshake();
    client.getOutputStream().write(bytes(message(1, 0)));
    recorder.next();
    SSLSocket other = client(network, peer(null), "");
    byte[] garbage = new byte[45];
    garbage[0] = 23;
    garbage[1] = 3;
    garbage[2] = 3;
    garbage[4] = 40;
    socket.getOutputStream().write(garbage);

    assertThat(recorder.next().what()).isEqualTo("closed");
    assertDropped("tls-record", 1);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("bad_record_mac");
    other.getOutputStream().write(bytes(message(2, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(2, 0));
  }

  @Test
  void refusesRenegotiation() throws Exception {
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    SSLSocket client = client(network, peer(null), "", "TLSv1.2");
    client.getOutputStream().write(bytes(message(1, 0)));
    recorder.next();
    client.startHandshake();

    assertThat(recorder.next().what()).isEqualTo("closed");
    assertDropped("renegotiation", 1);
  }

  @Test
  void asksForACertificateAndVerifiesIt() throws Exception {
    CertificateSettings own = certificates.of("a", "a.example.com");
    NetworkListeners network = network(certificates.asking(VerifyClient.REQUIRE, own));
    SSLSocket good = client(network, peer(certificates.of("b", "b.example.com")), "");
    good.getOutputStream().write(bytes(message(1, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(1, 0));

    for (CertificateSettings bad :
        new CertificateSettings[] {
          certificates.foreign("c", "c.example.com"), certificates.expired("d", "d.example.com")
        }) {
      SSLContext peer = peer(bad);
      assertThatThrownBy(() -> talk(client(network, peer, "", "TLSv1.2")))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> talk(client(network, peer, "", "TLSv1.3")))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> talk(client(network, peer(null), ""))).isInstanceOf(IOException.class);
    assertThat(recorder.events).isEmpty();
    assertThat(dropped("certificate") + dropped("handshake")).isEqualTo(5);
  }

  private static void talk(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(bytes(message(9, 0)));
    if (socket.getInputStream().read() < 0) {
      throw new IOException("ended");
    }
  }

  @Test
  void takesThoseWithoutACertificateWhereItIsOptional() throws Exception {
    CertificateSettings own = certificates.of("a", "a.example.com");
    NetworkListeners network = network(certificates.asking(VerifyClient.OPTIONAL, own));
    client(network, peer(null), "").getOutputStream().write(bytes(message(1, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(1, 0));
  }

  @Test
  void takesTheConnectionOfAPeerForTheDomainItHasProven() throws Exception {
    CertificateSettings own = certificates.of("a", "a.example.com");
    NetworkListeners network = network(certificates.asking(VerifyClient.OPTIONAL, own));
    InetSocketAddress listens = StreamRig.at("127.0.0.1", 5099);
    for (boolean shows : new boolean[] {false, true}) {
      CertificateSettings shown = shows ? certificates.of("b", "b.example.com") : null;
      client(network, peer(shown), "").getOutputStream().write(bytes(message(1, 0)));
      Flow theirs = recorder.next().flow();
      CountDownLatch offered = new CountDownLatch(1);
      ((StreamConnection) theirs)
          .loop()
          .execute(() -> {
            theirs.alias(5099);
            offered.countDown();
          });
      assertThat(offered.await(10, TimeUnit.SECONDS)).isTrue();
      Peer b = new Peer("tls", listens, "b.example.com", null);
      assertThat(theirs.equals(network.flowTo(b, null))).isEqualTo(shows);
      assertThat(network.flowTo("tls", listens, null)).isNotSameAs(theirs);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void resumesWithATicket(String version) throws Exception {
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    SSLContext peer = peer(null);
    SSLSocket first = client(network, peer, "a.example.com", version);
    long begun = first.getSession().getCreationTime();
    first.getOutputStream().write(bytes(message(1, 0)));
    send(recorder.next().flow(), message(2, 0));
    first.getInputStream().readNBytes(message(2, 0).length());
    Thread.sleep(5);
    SSLSocket second = client(network, peer, "a.example.com", version);

    assertThat(second.getSession().getCreationTime()).isEqualTo(begun);
    second.getOutputStream().write(bytes(message(3, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(3, 0));
  }

  @Test
  void readsNewCertificatesAndLeavesOpenConnectionsAlone() throws Exception {
    CertificateSettings own = certificates.of("a", "old.example.com");
    TlsSettings settings = certificates.listener(own);
    NetworkListeners network = network(settings);
    SSLSocket before = client(network, peer(null), "");
    Files.writeString(own.key(), "nothing");
    tuned.tls = settings;
    assertThat(network.reload(List.of(tuned.settings())))
        .containsExactly("tuned: " + own.key() + ": no private key in it: it is not a PEM file");
    assertThat(subject(client(network, peer(null), ""))).isEqualTo("CN=old.example.com");

    certificates.of("a", "new.example.com");
    assertThat(network.reload(List.of(tuned.settings()))).isEmpty();
    assertThat(subject(client(network, peer(null), ""))).isEqualTo("CN=new.example.com");
    before.getOutputStream().write(bytes(message(1, 0)));
    assertThat(recorder.next().text()).isEqualTo(message(1, 0));
  }

  @Test
  void noticesThatFilesHaveChanged() throws Exception {
    CertificateSettings own = certificates.of("a", "old.example.com");
    NetworkListeners network = network(certificates.listener(own));
    CertificateSettings next = certificates.of("b", "new.example.com");
    Files.move(next.cert(), own.cert(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(next.key(), own.key(), StandardCopyOption.REPLACE_EXISTING);

    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String shown = "";
    while (!shown.equals("CN=new.example.com") && System.nanoTime() < end) {
      shown = subject(client(network, peer(null), ""));
    }
    assertThat(shown).isEqualTo("CN=new.example.com");
  }

  @Test
  void cutsASlowReader() throws Exception {
    tuned.writeBuffer = 100_000;
    NetworkListeners network =
        network(certificates.listener(certificates.of("a", "a.example.com")));
    SSLSocket client = client(network, peer(null), "");
    client.getOutputStream().write(bytes(message(1, 0)));
    Flow flow = recorder.next().flow();
    while (flow.open()) {
      send(flow, message(2, 60_000));
    }
    Recorder.Event event = recorder.next();
    while (!event.what().equals("closed")) {
      event = recorder.next();
    }
    assertDropped("slow-reader", 1);
  }

  // ---- we connect ----

  private Flow flow(
      NetworkListeners network, NetworkListeners server, @Nullable String domain, Verify verify) {
    return flow(network, server, domain, certificates.client(verify));
  }

  private static Flow flow(
      NetworkListeners network,
      NetworkListeners server,
      @Nullable String domain,
      TlsClientSettings tls) {
    InetSocketAddress to = server.listeners().getFirst().bound();
    return Objects.requireNonNull(network.flowTo(new Peer("tls", to, domain, tls), null));
  }

  @Test
  void connectsToOneThatProvesItsDomain() throws Exception {
    Recorder far = new Recorder();
    NetworkListeners server =
        network(certificates.listener(certificates.of("a", "sip:a.example.com", "127.0.0.1")), far);
    NetworkListeners network =
        network(certificates.listener(certificates.of("b", "b.example.com")));
    Flow flow = flow(network, server, "a.example.com", Verify.FULL);
    send(flow, message(1, 20_000));
    Recorder.Event arrived = far.next();
    assertThat(arrived.text()).isEqualTo(message(1, 20_000));
    send(arrived.flow(), message(2, 0));
    assertThat(recorder.next().text()).isEqualTo(message(2, 0));

    assertThat(flow(network, server, "a.example.com", Verify.FULL)).isSameAs(flow);
    assertThat(flow(network, server, "a.example.com", Verify.AUTHORITY)).isNotSameAs(flow);
    assertThat(flow(network, server, "c.example.com", Verify.FULL)).isNotSameAs(flow);
    send(flow(network, server, null, Verify.FULL), message(3, 0));
    assertThat(far.next().text()).isEqualTo(message(3, 0));
  }

  @Test
  void refusesOneThatDoesNot() throws Exception {
    Recorder far = new Recorder();
    NetworkListeners server =
        network(certificates.listener(certificates.of("a", "a.example.com", "*.example.com")), far);
    NetworkListeners network =
        network(certificates.listener(certificates.of("b", "b.example.com")));
    send(flow(network, server, "x.example.com", Verify.FULL), message(1, 0));
    Recorder.Event event = recorder.next();
    assertThat(event.what()).isEqualTo("undeliverable");
    assertThat(event.why()).contains("not for x.example.com");
    send(flow(network, server, "a.example.com", TlsClientSettings.USUAL), message(2, 0));
    assertThat(recorder.next().what()).isEqualTo("undeliverable");
    send(flow(network, server, null, Verify.FULL), message(3, 0));
    assertThat(recorder.next().what()).isEqualTo("undeliverable");

    send(flow(network, server, "x.example.com", Verify.WILDCARD), message(4, 0));
    assertThat(far.next().text()).isEqualTo(message(4, 0));
    send(flow(network, server, "y.other.com", Verify.AUTHORITY), message(5, 0));
    assertThat(far.next().text()).isEqualTo(message(5, 0));
    TlsClientSettings any = new TlsClientSettings(Verify.NONE, null, null, null);
    send(flow(network, server, "y.other.com", any), message(6, 0));
    assertThat(far.next().text()).isEqualTo(message(6, 0));
  }

  @Test
  void showsItsOwnCertificateToOneThatAsks() throws Exception {
    Recorder far = new Recorder();
    CertificateSettings a = certificates.of("a", "a.example.com");
    NetworkListeners server = network(certificates.asking(VerifyClient.REQUIRE, a), far);
    CertificateSettings b = certificates.of("b", "b.example.com");
    NetworkListeners network = network(certificates.listener(b));
    TlsClientSettings showing =
        new TlsClientSettings(Verify.FULL, null, certificates.authorities(), b);
    send(flow(network, server, "a.example.com", showing), message(1, 0));
    assertThat(far.next().text()).isEqualTo(message(1, 0));
  }
}
