// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.config.ByteSize;
import io.fairlead.guard.identity.CertificateHost;
import io.fairlead.observe.Meters;
import io.fairlead.transport.tls.BadCertificateException;
import io.fairlead.transport.tls.CertificateMaker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where certificates come from, which count, and how long. */
class CertificatesTest {
  @TempDir Path folder;
  private CertificateHost host;
  private long nowMs = System.currentTimeMillis();

  @BeforeEach
  void open() throws Exception {
    host = new CertificateHost(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private CertificateFetchSettings settings(boolean privateAddresses, String... hosts) {
    return new CertificateFetchSettings(
        List.of(hosts),
        privateAddresses,
        host.webAuthority(),
        Duration.ofSeconds(30),
        ByteSize.parse("8k"),
        2,
        3,
        Duration.ofHours(1),
        Duration.ofHours(24),
        Duration.ofMinutes(1));
  }

  private CertificateJudge judge() {
    return new CertificateJudge(TrustAnchors.read(host.anchors()), true);
  }

  private SigningCredential judged(String pem) {
    return judge().judge(pem.getBytes(StandardCharsets.US_ASCII), nowMs, nowMs + 1000, nowMs + 5);
  }

  private String why(String pem) {
    return judged(pem) instanceof SigningCredential.Useless useless ? useless.words() : "trusted";
  }

  // ---- which count ----

  @Test
  void aChainToATrustAnchorCounts() throws Exception {
    CertificateMaker.Pair middle =
        CertificateHost.maker("middle").authority().signedBy(host.root).make();
    CertificateMaker.Pair signer = CertificateHost.telephone("deep").signedBy(middle).make();
    String own = signer.certificatePem();
    assertThat(why(own + middle.certificatePem())).isEqualTo("trusted");
    assertThat(why(own + host.root.certificatePem() + middle.certificatePem()))
        .isEqualTo("trusted");
    assertThat(why(own)).contains("no trusted authority");
    assertThat(why(host.signer.certificatePem())).isEqualTo("trusted");
    assertThat(judge().judge(host.signer.certificate().getEncoded(), nowMs, nowMs + 9, nowMs + 5))
        .isInstanceOf(SigningCredential.Trusted.class);
  }

  @Test
  void othersDoNot() {
    Instant now = Instant.now();
    CertificateMaker.Pair foreign = CertificateHost.maker("foreign").authority().make();
    CertificateMaker.Pair noAuthority = CertificateHost.maker("none").signedBy(host.root).make();
    assertThat(why(CertificateHost.telephone("x").signedBy(foreign).make().certificatePem()))
        .contains("no trusted authority");
    assertThat(
            why(
                CertificateHost.telephone("x").signedBy(noAuthority).make().certificatePem()
                    + noAuthority.certificatePem()))
        .contains("no trusted authority");
    assertThat(why(CertificateHost.maker("x").signedBy(host.root).make().certificatePem()))
        .contains("TNAuthList");
    assertThat(
            why(CertificateHost.telephone("x").rsa().signedBy(host.root).make().certificatePem()))
        .contains("P-256");
    assertThat(
            why(
                CertificateHost.telephone("x")
                    .valid(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)))
                    .signedBy(host.root)
                    .make()
                    .certificatePem()))
        .contains("another time");
    assertThat(
            why(
                CertificateHost.telephone("x")
                    .valid(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)))
                    .signedBy(host.root)
                    .make()
                    .certificatePem()))
        .contains("another time");
    assertThat(why("<html>hello</html>")).contains("no certificate");
    assertThat(why("")).contains("no certificate");
    assertThat(why(host.signer.certificatePem().repeat(9))).contains("no certificate");
  }

  @Test
  void itIsKeptNoLongerThanItIsValid() {
    Instant soon = Instant.ofEpochSecond(nowMs / 1000 + 100);
    String pem =
        CertificateHost.telephone("x")
            .valid(soon.minus(Duration.ofDays(1)), soon)
            .signedBy(host.root)
            .make()
            .certificatePem();
    byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
    assertThat(judge().judge(bytes, nowMs, nowMs + 9_000_000, nowMs).untilMs())
        .isEqualTo(soon.toEpochMilli());
  }

  @Test
  void readsTheListOfTheStiPa() throws IOException {
    String pem = host.root.certificatePem().replace("\n", "\\n");
    String json = "{\"version\":\"1.0\",\"trustList\":[\"" + pem + "\",\"" + pem + "\"]}";
    Path list = folder.resolve("list.json");
    Files.writeString(list, json);
    assertThat(TrustAnchors.read(list)).isNotEmpty();
    Files.writeString(list, base64("{\"alg\":1}") + "." + base64(json) + ".c2ln");
    assertThat(TrustAnchors.read(list)).isNotEmpty();
    for (String wrong :
        List.of("{}", "{\"trustList\":[]}", "{\"trustList\":[\"x\"]}", "eyJ.x", "")) {
      Files.writeString(list, wrong);
      assertThatThrownBy(() -> TrustAnchors.read(list))
          .as(wrong)
          .isInstanceOf(BadCertificateException.class);
    }
    assertThatThrownBy(() -> TrustAnchors.read(folder.resolve("none")))
        .hasMessageContaining("no such file");
  }

  // ---- from where ----

  @ParameterizedTest
  @CsvSource({
    "https://certs.example.org/a.pem, '', true",
    "https://certs.example.org:8443/a.pem?x=1, '', true",
    "HTTPS://certs.example.org/a.pem, '', true",
    "https://certs.example.org:22/, '', false",
    "http://certs.example.org/a.pem, '', false",
    "ftp://certs.example.org/a.pem, '', false",
    "file:///etc/passwd, '', false",
    "https://user@certs.example.org/, '', false",
    "https:///a.pem, '', false",
    "https://certs.example.org/#x, '', false",
    "'https://certs.example.org/a b', '', false",
    "https://certs.example.org/a.pem, certs.example.org, true",
    "https://CERTS.example.org/a.pem, certs.example.org, true",
    "https://other.example.org/a.pem, certs.example.org, false",
    "https://certs.example.org:444/, certs.example.org, false",
    "https://certs.example.org:444/, certs.example.org:444, true",
  })
  void looksAtHttpsAlone(String url, String host, boolean allowed) {
    List<String> hosts = host.isEmpty() ? List.of() : List.of(host);
    assertThat(CertificateUrl.read(url, hosts) != null).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "127.0.0.1, false",
    "10.1.2.3, false",
    "172.31.0.1, false",
    "192.168.1.1, false",
    "169.254.169.254, false",
    "100.64.0.1, false",
    "0.0.0.0, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "2606:4700::1, true",
    "::1, false",
    "fe80::1, false",
    "fd00::1, false",
    "ff02::1, false",
    "::ffff:10.0.0.1, false",
    "64:ff9b::10.0.0.1, false",
    "2002:a00:1::1, false",
    "2001:db8::1, false"
  })
  void andAtThePublicInternetAlone(String address, boolean isPublic) {
    assertThat(CertificateUrl.isPublic(InetAddress.ofLiteral(address))).isEqualTo(isPublic);
  }

  @Test
  void fetchesOverVerifiedTls() throws IOException {
    HttpsCertificateSource source = new HttpsCertificateSource(settings(true));
    host.cacheControl = "public, max-age=7200";
    CertificateSource.Document document = source.fetch(URI.create(host.x5u()));
    assertThat(new String(document.bytes(), StandardCharsets.US_ASCII))
        .isEqualTo(host.documents.get("/sti.pem"));
    assertThat(document.maxAgeSeconds()).isEqualTo(7200);
    String other = host.x5u().replace("localhost", "127.0.0.1");
    assertThatThrownBy(() -> source.fetch(URI.create(other)))
        .as("the certificate is for another name")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> source.fetch(URI.create(host.x5u() + ".none")))
        .hasMessageContaining("404");
    host.documents.put("/long", "x".repeat(9000));
    assertThatThrownBy(() -> source.fetch(URI.create(host.x5u().replace("sti.pem", "long"))))
        .hasMessageContaining("longer than 8192");
  }

  @Test
  void knocksAtNoPrivateDoor() {
    HttpsCertificateSource source = new HttpsCertificateSource(settings(false));
    assertThatThrownBy(() -> source.fetch(URI.create(host.x5u())))
        .isInstanceOf(CertificateSource.ForbiddenAddressException.class);
    assertThat(host.asked).hasValue(0);
  }

  @Test
  void trustsNoOtherWebServer() throws IOException {
    Files.writeString(host.webAuthority(), host.root.certificatePem());
    HttpsCertificateSource source = new HttpsCertificateSource(settings(true));
    assertThatThrownBy(() -> source.fetch(URI.create(host.x5u()))).isInstanceOf(IOException.class);
    assertThat(host.asked).hasValue(0);
  }

  private static String http(String response) throws IOException {
    byte[] bytes = response.getBytes(StandardCharsets.US_ASCII);
    byte[] body = HttpResponseReader.read(new ByteArrayInputStream(bytes), 100).bytes();
    return new String(body, StandardCharsets.US_ASCII);
  }

  @Test
  void readsEachFormOfBody() throws IOException {
    assertThat(http("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")).isEqualTo("abc");
    assertThat(http("HTTP/1.0 200 OK\r\n\r\nabcdef")).isEqualTo("abcdef");
    assertThat(
            http(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n"
                    + "0\r\n\r\n"))
        .isEqualTo("abcde");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1/\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nbroken\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
      })
  void refusesOtherAnswers(String response) {
    assertThatThrownBy(() -> http(response)).isInstanceOf(IOException.class);
  }

  @Test
  void aBodyOrALineWithoutEndIsRefused() {
    String head = "HTTP/1.1 200 OK\r\n";
    assertThatThrownBy(() -> http(head + "\r\n" + "x".repeat(101))).hasMessageContaining("longer");
    assertThatThrownBy(() -> http(head + "X: " + "x".repeat(9000))).hasMessageContaining("long");
    assertThatThrownBy(() -> http(head + "X: x\r\n".repeat(200))).hasMessageContaining("many");
    String chunk = "32\r\n" + "x".repeat(50) + "\r\n";
    assertThatThrownBy(() -> http(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3)))
        .hasMessageContaining("longer");
  }

  // ---- how long ----

  private final class Scripted implements CertificateSource {
    final List<String> fetched = new ArrayList<>();
    @Nullable Long maxAge;
    boolean fails;

    @Override
    public Document fetch(URI url) throws IOException {
      fetched.add(url.getPath());
      if (fails) {
        throw new IOException("no route");
      }
      return new Document(host.signer.certificatePem().getBytes(StandardCharsets.US_ASCII), maxAge);
    }
  }

  private final Scripted source = new Scripted();

  private CredentialCache cache() {
    return new CredentialCache(settings(true), source, judge(), () -> nowMs, new Meters());
  }

  private static String url(String name) {
    return "https://certs.example.org/" + name;
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-, 3600", "0, 60", "7200, 7200", "99999999999, 86400"})
  void keepsACertificateAsLongAsItsServerSaysWithinBounds(@Nullable Long maxAge, long seconds) {
    CredentialCache cache = cache();
    source.maxAge = maxAge;
    assertThat(cache.of(url("a"))).isInstanceOf(SigningCredential.Trusted.class);
    nowMs += seconds * 1000 - 1;
    cache.of(url("a"));
    assertThat(source.fetched).hasSize(1);
    nowMs += 1;
    cache.of(url("a"));
    assertThat(source.fetched).hasSize(2);
  }

  @Test
  void remembersFailures() {
    CredentialCache cache = cache();
    source.fails = true;
    for (int i = 0; i < 5; i++) {
      assertThat(cache.of(url("a")))
          .isInstanceOfSatisfying(
              SigningCredential.Useless.class,
              useless -> assertThat(useless.why()).isEqualTo(IdentityVerdict.UNREACHABLE));
    }
    assertThat(source.fetched).hasSize(1);
    nowMs += 60_000;
    source.fails = false;
    assertThat(cache.of(url("a"))).isInstanceOf(SigningCredential.Trusted.class);
  }

  @Test
  void keepsSoManyAndThoseThatAreUsed() {
    CredentialCache cache = cache();
    for (String name : List.of("a", "b", "c", "a", "d", "e", "a")) {
      cache.of(url(name));
    }
    assertThat(cache.size()).isEqualTo(3);
    assertThat(source.fetched).containsExactly("/a", "/b", "/c", "/d", "/e");
    cache.of(url("b"));
    assertThat(source.fetched).hasSize(6);
  }

  @Test
  void asksNobodyForWhatIsNotAllowed() {
    assertThat(cache().of("http://certs.example.org/a"))
        .isInstanceOfSatisfying(
            SigningCredential.Useless.class,
            useless -> assertThat(useless.why()).isEqualTo(IdentityVerdict.BAD_INFO));
    assertThat(source.fetched).isEmpty();
  }

  @Test
  void whoComesSecondWaitsForTheFirst() throws InterruptedException {
    var entered = new java.util.concurrent.CountDownLatch(1);
    var goOn = new java.util.concurrent.CountDownLatch(1);
    List<SigningCredential> found = java.util.Collections.synchronizedList(new ArrayList<>());
    CertificateSource slow =
        url -> {
          source.fetched.add(url.getPath());
          entered.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return new CertificateSource.Document(
              host.signer.certificatePem().getBytes(StandardCharsets.US_ASCII), null);
        };
    CredentialCache cache =
        new CredentialCache(settings(true), slow, judge(), () -> nowMs, new Meters());
    Thread first = Thread.startVirtualThread(() -> found.add(cache.of(url("a"))));
    entered.await();
    Thread second = Thread.startVirtualThread(() -> found.add(cache.of(url("a"))));
    goOn.countDown();
    first.join();
    second.join();
    assertThat(source.fetched).hasSize(1);
    assertThat(found).hasSize(2).allMatch(SigningCredential.Trusted.class::isInstance);
  }

  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
