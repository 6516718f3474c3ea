// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.config.JsonScanner;
import io.fairlead.transport.tls.BadCertificateException;
import io.fairlead.transport.tls.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the authorities that count: a PEM file, or the list of trusted authorities of an STI-PA
 * (ATIS-1000084), JSON with {@code trustList}, bare or as a JWT.
 */
public final class TrustAnchors {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final long LONGEST = 1 << 20;

  private TrustAnchors() {}

  /**
   * Reads them.
   *
   * @throws BadCertificateException when there are none, or one is broken
   */
  public static Set<TrustAnchor> read(Path file) {
    String text = text(file);
    List<X509Certificate> roots =
        text.startsWith("{") || text.startsWith("eyJ")
            ? listed(file, text)
            : Pem.certificates(file);
    return roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet());
  }

  private static String text(Path file) {
    try {
      // What cannot be read, Pem says in its own words.
      boolean small = Files.isReadable(file) && Files.size(file) <= LONGEST;
      return small ? Files.readString(file, StandardCharsets.ISO_8859_1).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static List<X509Certificate> listed(Path file, String text) {
    List<X509Certificate> roots = new ArrayList<>();
    try {
      String json = text;
      if (!text.startsWith("{")) {
        String[] parts = text.split("\\.", -1);
        byte[] claims = Base64.getUrlDecoder().decode(parts.length == 3 ? parts[1] : "");
        json = new String(claims, StandardCharsets.UTF_8);
      }
      int from = json.indexOf("\"trustList\"");
      JsonScanner in = new JsonScanner(from < 0 ? "" : json.substring(from));
      in.string();
      boolean list = in.take(':') && in.take('[');
      for (String pem = list ? in.string() : null; pem != null; pem = next(in)) {
        roots.add(certificate(pem));
      }
    } catch (IllegalArgumentException | CertificateException e) {
      throw new BadCertificateException(
          file, "certificate " + (roots.size() + 1) + " of its trustList is broken");
    }
    if (roots.isEmpty()) {
      throw new BadCertificateException(file, "no certificate in a trustList in it");
    }
    return roots;
  }

  private static @Nullable String next(JsonScanner in) {
    return in.take(',') ? in.string() : null;
  }

  private static X509Certificate certificate(String pem) throws CertificateException {
    String whole = pem.contains(BEGIN) ? pem : BEGIN + "\n" + pem + "\n-----END CERTIFICATE-----\n";
    byte[] bytes = whole.getBytes(StandardCharsets.ISO_8859_1);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(bytes));
  }
}
