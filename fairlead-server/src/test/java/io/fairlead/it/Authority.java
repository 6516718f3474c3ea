// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate authority that OpenSSL plays, with a directory of its own. Owned by one test. */
final class Authority {
  private static @Nullable Authority ours;

  private final Path directory;
  private int issued;

  /** A new one, which nobody knows yet. */
  Authority() {
    directory = Program.directory("authority");
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem"
            + " -days 365 -subj /CN=Tests -addext keyUsage=critical,keyCertSign");
  }

  /** The one that all of a farm trust. */
  static synchronized Authority ours() {
    if (ours == null) {
      ours = new Authority();
    }
    return ours;
  }

  /** The PEM file others trust it by. */
  Path root() {
    return directory.resolve("ca.pem");
  }

  /** A certificate for these alternative names, as {@code DNS:sip.test}, and for any purpose. */
  Certificate issue(String... names) {
    return issue(365, names);
  }

  /** One that ended yesterday. */
  Certificate issueExpired(String... names) {
    return issue(-1, names);
  }

  /** A TLS connection to Fairlead, which must have a certificate of ours. */
  Socket connect(InetSocketAddress fairlead) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            trust().getSocketFactory().createSocket(fairlead.getAddress(), fairlead.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(TestTransport.DOMAIN)));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** What trusts this authority alone. */
  SSLContext trust() {
    try (var in = Files.newInputStream(root())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private synchronized Certificate issue(int days, String... names) {
    String file = "certificate-" + ++issued;
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
            + (file + ".key -out " + file + ".csr -subj /CN=" + file)
            + " -addext basicConstraints=critical,CA:FALSE -addext subjectAltName="
            + String.join(",", names));
    openssl(
        "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days "
            + (days + " -in " + file + ".csr -out " + file + ".pem"));
    return new Certificate(directory.resolve(file + ".pem"), directory.resolve(file + ".key"));
  }

  private void openssl(String arguments) {
    List<String> command = new ArrayList<>(List.of(Program.require("openssl", "openssl")));
    command.addAll(List.of(arguments.split(" ")));
    Program openssl = Program.start("openssl", directory, command);
    if (openssl.await(Duration.ofSeconds(30)) != 0) {
      throw new AssertionError(arguments + "\n" + openssl.tail("output"));
    }
  }

  /** A certificate and its key, both PEM files. Immutable. */
  record Certificate(Path cert, Path key) {

    /** An entry of {@code certificates}. */
    String yaml() {
      return "{ cert: " + cert + ", key: " + key + " }";
    }

    /** Both in one file, as HAProxy wants them. */
    Path together() {
      try {
        Path file = cert.resolveSibling(cert.getFileName() + ".together");
        return Files.writeString(file, Files.readString(cert) + Files.readString(key));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The certificate alone, as a handshake shows it. */
    String pem() {
      try {
        return Files.readString(cert).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Takes the place of another's files, the key first, each by one rename. */
    void replaces(Certificate other) {
      try {
        for (Path[] each : new Path[][] {{key, other.key}, {cert, other.cert}}) {
          Path beside = each[1].resolveSibling(each[1].getFileName() + ".new");
          Files.copy(each[0], beside);
          Files.move(beside, each[1], StandardCopyOption.ATOMIC_MOVE);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** SHA-256 of the public key in base 64, by which Chromium is told to accept it. */
    String keyHash() {
      try (var in = Files.newInputStream(cert)) {
        byte[] key =
            CertificateFactory.getInstance("X.509")
                .generateCertificate(in)
                .getPublicKey()
                .getEncoded();
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    /** All of these as the {@code tls} settings of a listener, with more settings behind them. */
    static String tls(String more, Certificate... certificates) {
      return Arrays.stream(certificates)
          .map(Certificate::yaml)
          .collect(Collectors.joining(", ", "{ certificates: [ ", " ]" + more + " }"));
    }
  }
}
