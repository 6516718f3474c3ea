// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes certificates (RFC 5280) for a first try and for tests, signed by their own key or by
 * another certificate's.
 *
 * <p>Owned by whoever made it.
 */
public final class CertificateMaker {
  /**
   * A certificate and its key. Immutable.
   *
   * @param certificate as shown
   * @param key that belongs to it
   */
  public record Pair(X509Certificate certificate, PrivateKey key) {
    /** The certificate as a PEM file has it. */
    public String certificatePem() {
      try {
        return Pem.write("CERTIFICATE", certificate.getEncoded());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("it has just been made", e);
      }
    }

    /** The key as a PEM file has it. */
    public String keyPem() {
      return Pem.write("PRIVATE KEY", key.getEncoded());
    }
  }

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SERIAL_BITS = 127;
  private static final int RSA_BITS = 2048;
  private static final int DNS = 0x82;
  private static final int URI = 0x86;
  private static final int ADDRESS = 0x87;

  private final String commonName;
  private final List<byte[]> names = new ArrayList<>();
  private final List<byte[]> extensions = new ArrayList<>();
  private Instant from = Instant.now().minusSeconds(3600);
  private Instant to = Instant.now().plusSeconds(365L * 24 * 3600);
  private boolean rsa;
  private boolean authority;
  private @Nullable Pair issuer;

  /** Names the subject. */
  public CertificateMaker(String commonName) {
    this.commonName = commonName;
  }

  /** Adds a name: a host, {@code *.host}, an address, or a URI with its scheme. */
  public CertificateMaker name(String name) {
    if (name.startsWith("sip:") || name.startsWith("sips:")) {
      names.add(DerWriter.of(URI, name.getBytes(StandardCharsets.US_ASCII)));
      return this;
    }
    try {
      names.add(DerWriter.of(ADDRESS, InetAddress.ofLiteral(name).getAddress()));
    } catch (IllegalArgumentException e) {
      names.add(DerWriter.of(DNS, name.getBytes(StandardCharsets.US_ASCII)));
    }
    return this;
  }

  /**
   * Adds an extension that is not critical.
   *
   * @param oid as {@code 1.3.6.1.5.5.7.1.26}
   * @param der its value
   */
  public CertificateMaker extension(String oid, byte[] der) {
    extensions.add(DerWriter.sequence(DerWriter.oid(oid), DerWriter.octets(der)));
    return this;
  }

  /** From when until when. */
  public CertificateMaker valid(Instant begin, Instant end) {
    from = begin;
    to = end;
    return this;
  }

  /** With an RSA key instead of an elliptic one. */
  public CertificateMaker rsa() {
    rsa = true;
    return this;
  }

  /** It may sign others. */
  public CertificateMaker authority() {
    authority = true;
    return this;
  }

  /** Signed by that one. */
  public CertificateMaker signedBy(Pair other) {
    issuer = other;
    return this;
  }

  /** Makes it, with a new key. */
  public Pair make() {
    try {
      KeyPair keys = keys();
      PrivateKey signing = issuer == null ? keys.getPrivate() : issuer.key();
      boolean elliptic = signing.getAlgorithm().equals("EC");
      byte[] algorithm =
          elliptic
              ? DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"))
              : DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.11"), DerWriter.nothing());
      byte[] body = body(keys.getPublic().getEncoded(), algorithm);
      Signature signature = Signature.getInstance(elliptic ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(signing);
      signature.update(body);
      byte[] der = DerWriter.sequence(body, algorithm, DerWriter.bits(signature.sign()));
      X509Certificate made =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      return new Pair(made, keys.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java can sign", e);
    }
  }

  private KeyPair keys() throws GeneralSecurityException {
    if (rsa) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(RSA_BITS);
      return generator.generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private byte[] body(byte[] publicKey, byte[] algorithm) {
    byte[] subject = subject();
    return DerWriter.sequence(
        DerWriter.of(0xA0, DerWriter.integer(BigInteger.TWO)),
        DerWriter.integer(new BigInteger(SERIAL_BITS, RANDOM)),
        algorithm,
        issuer == null ? subject : issuer.certificate().getSubjectX500Principal().getEncoded(),
        DerWriter.sequence(DerWriter.time(TIME.format(from)), DerWriter.time(TIME.format(to))),
        subject,
        publicKey,
        DerWriter.of(0xA3, DerWriter.sequence(extensions())));
  }

  private byte[] subject() {
    return DerWriter.sequence(
        DerWriter.set(DerWriter.sequence(DerWriter.oid("2.5.4.3"), DerWriter.text(commonName))));
  }

  private byte[] extensions() {
    byte[] constraints = authority ? DerWriter.sequence(DerWriter.truth()) : DerWriter.sequence();
    byte[] all =
        DerWriter.sequence(
            DerWriter.oid("2.5.29.19"), DerWriter.truth(), DerWriter.octets(constraints));
    if (!names.isEmpty()) {
      byte[] alternatives = DerWriter.sequence(names.toArray(byte[][]::new));
      all =
          DerWriter.join(
              all, DerWriter.sequence(DerWriter.oid("2.5.29.17"), DerWriter.octets(alternatives)));
    }
    for (byte[] each : extensions) {
      all = DerWriter.join(all, each);
    }
    return all;
  }
}
