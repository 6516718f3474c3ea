// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.transport.tls.Pem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Fetches documents by HTTPS (RFC 9112): one GET over one verified connection, no redirects,
 * bounded in size and time. It resolves the host itself and connects to the address it has judged:
 * were the name looked up a second time, a caller's name server could answer otherwise.
 *
 * <p>Immutable. Blocks; on virtual threads only.
 */
public final class HttpsCertificateSource implements CertificateSource {
  private final SSLContext tls;
  private final boolean privateAddresses;
  private final Duration timeout;
  private final int maxSize;

  /**
   * @throws io.fairlead.transport.tls.BadCertificateException when the authorities cannot be read
   */
  public HttpsCertificateSource(CertificateFetchSettings settings) {
    this.tls = tls(settings.authorities());
    this.privateAddresses = settings.privateAddresses();
    this.timeout = settings.timeout();
    this.maxSize = settings.maxSize().intBytes();
  }

  private static SSLContext tls(@Nullable Path authorities) {
    try {
      if (authorities == null) {
        return SSLContext.getDefault();
      }
      KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
      roots.load(null, null);
      int number = 0;
      for (var root : Pem.certificates(authorities)) {
        roots.setCertificateEntry("root-" + number++, root);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(roots);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java speaks TLS", e);
    }
  }

  @Override
  public Document fetch(URI url) throws IOException {
    InetAddress address = address(url);
    try (Socket socket = new Socket()) {
      // A server that sends a byte now and then never meets the timeout of a read.
      Thread watch = Thread.startVirtualThread(() -> closeLate(socket));
      try {
        int timeoutMs = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        socket.connect(new InetSocketAddress(address, CertificateUrl.port(url)), timeoutMs);
        socket.setSoTimeout(timeoutMs);
        return exchange(socket, url);
      } finally {
        watch.interrupt();
      }
    }
  }

  private void closeLate(Socket socket) {
    try {
      TimeUnit.NANOSECONDS.sleep(timeout.toNanos());
      socket.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private InetAddress address(URI url) throws IOException {
    InetAddress[] all = InetAddress.getAllByName(url.getHost());
    for (InetAddress each : all) {
      if (!privateAddresses && !CertificateUrl.isPublic(each)) {
        throw new ForbiddenAddressException(
            url.getHost() + " is at " + each.getHostAddress() + ", which is not public");
      }
    }
    return all[0];
  }

  private Document exchange(Socket socket, URI url) throws IOException {
    String host = url.getHost();
    int port = CertificateUrl.port(url);
    try (SSLSocket secure =
        (SSLSocket) tls.getSocketFactory().createSocket(socket, host, port, true)) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      secure.getOutputStream().write(request(url));
      secure.getOutputStream().flush();
      InputStream in = new BufferedInputStream(secure.getInputStream());
      return HttpResponseReader.read(in, maxSize);
    }
  }

  private static byte[] request(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    return ("GET "
            + path
            + query
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: fairlead\r\nAccept: application/pem-certificate-chain,"
            + " application/pkix-cert, */*\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
