// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fairlead.transport.tls.CertificateMaker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Authorities of a test, a signer's key with its certificate, and a web server on loopback that
 * gives certificates away. Owned by one test.
 */
public final class CertificateHost implements AutoCloseable {
  private static final String TN_AUTH_LIST = "1.3.6.1.5.5.7.1.26";
  // A service provider code, "1234": SEQUENCE { [0] IA5String }.
  private static final byte[] SPC = {0x30, 8, (byte) 0xA0, 6, 0x16, 4, '1', '2', '3', '4'};

  public final CertificateMaker.Pair root = maker("a telephone authority").authority().make();
  public final CertificateMaker.Pair signer = telephone("a provider").signedBy(root).make();
  public final AtomicInteger asked = new AtomicInteger();
  public final Map<String, String> documents = new ConcurrentHashMap<>();
  public String cacheControl = "";
  private final Path folder;
  private final HttpsServer server;

  /** Writes its files to a folder and begins to serve {@code /sti.pem}. */
  public CertificateHost(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    CertificateMaker.Pair web =
        new CertificateMaker("localhost").name("localhost").authority().make();
    Files.writeString(anchors(), root.certificatePem());
    Files.writeString(webAuthority(), web.certificatePem());
    Files.writeString(key(), signer.keyPem());
    documents.put("/sti.pem", signer.certificatePem() + root.certificatePem());
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(web)));
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          String found = documents.get(exchange.getRequestURI().getPath());
          if (!cacheControl.isEmpty()) {
            exchange.getResponseHeaders().add("Cache-Control", cacheControl);
          }
          byte[] body =
              (found == null ? "there is no such thing" : found)
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** Valid in the years of real and of virtual clocks. */
  public static CertificateMaker maker(String name) {
    Instant now = Instant.now();
    return new CertificateMaker(name)
        .valid(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)));
  }

  /** One that is for telephone numbers. */
  public static CertificateMaker telephone(String name) {
    return maker(name).extension(TN_AUTH_LIST, SPC);
  }

  private static SSLContext tls(CertificateMaker.Pair web)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = {web.certificate()};
    store.setKeyEntry("web", web.key(), new char[0], chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** The port it serves on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The URL of the signer's certificate. */
  public String x5u() {
    return "https://localhost:" + port() + "/sti.pem";
  }

  /** The file of the telephone authority. */
  public Path anchors() {
    return folder.resolve("anchors.pem");
  }

  /** The file of the authority of the web server. */
  public Path webAuthority() {
    return folder.resolve("web.pem");
  }

  /** The file of the signer's key. */
  public Path key() {
    return folder.resolve("sti.key");
  }

  /** A block that verifies by what is here. */
  public String verify(String more) {
    return "verify: { trust-anchors: "
        + anchors()
        + ", certificates: { hosts: [ 'localhost:"
        + port()
        + "' ], private-addresses: yes, authorities: "
        + webAuthority()
        + " }"
        + more
        + " }";
  }

  /** A block that signs with the key here. */
  public String sign(String more) {
    return "sign: { key: " + key() + ", x5u: '" + x5u() + "'" + more + " }";
  }

  /** The value of an Identity header. */
  public String identity(String orig, String dest, long iat) {
    return sign(new Passport(x5u(), Attestation.FULL, List.of(dest), iat, orig, ID));
  }

  /** What it says of where calls come from. */
  public static final String ID = "123e4567-e89b-12d3-a456-426655440000";

  String sign(Passport passport) {
    String input = passport.signingInput();
    return IdentityHeader.write(input, Es256.sign(input, signer.key()), passport.x5u());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
