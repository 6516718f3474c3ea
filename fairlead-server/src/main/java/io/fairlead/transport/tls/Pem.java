// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes PEM files (RFC 7468): certificates, and private keys in each form that the tools
 * of authorities write.
 */
public final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END ([A-Z0-9 ]+)-----");
  private static final String RSA = "1.2.840.113549.1.1.1";
  private static final String EC = "1.2.840.10045.2.1";
  private static final String[] KEY_KINDS = {"EC", "RSA", "RSASSA-PSS", "EdDSA"};
  private static final long LONGEST = 1 << 20;
  private static final int PARAMETERS = 0xA0;
  private static final int PUBLIC_KEY = 0xA1;

  private record Block(String label, byte[] der) {}

  private Pem() {}

  /**
   * All certificates of a file, in its order.
   *
   * @throws BadCertificateException when there is none, or one is broken
   */
  public static List<X509Certificate> certificates(Path file) {
    List<X509Certificate> found = new ArrayList<>();
    List<Block> blocks = blocks(file);
    for (Block block : blocks) {
      if (block.label().endsWith("CERTIFICATE")) {
        found.add(certificate(file, block.der(), found.size() + 1));
      }
    }
    if (found.isEmpty()) {
      throw new BadCertificateException(file, "no certificate in it" + instead(blocks));
    }
    return found;
  }

  private static X509Certificate certificate(Path file, byte[] der, int number) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new BadCertificateException(file, "certificate " + number + " in it is broken");
    }
  }

  /**
   * The private key of a file: PKCS#8, or the older forms of RSA and EC keys.
   *
   * @throws BadCertificateException when there is none, or it cannot be used
   */
  public static PrivateKey key(Path file) {
    List<Block> blocks = blocks(file);
    for (Block block : blocks) {
      byte[] pkcs8 =
          switch (block.label()) {
            case "PRIVATE KEY" -> block.der();
            case "RSA PRIVATE KEY" ->
                wrapped(DerWriter.sequence(DerWriter.oid(RSA), DerWriter.nothing()), block);
            case "EC PRIVATE KEY" -> wrappedEc(file, block);
            case "ENCRYPTED PRIVATE KEY" ->
                throw new BadCertificateException(
                    file, "the key has a password; take it off with `openssl pkey -in FILE`");
            default -> null;
          };
      if (pkcs8 != null) {
        return key(file, pkcs8);
      }
    }
    throw new BadCertificateException(file, "no private key in it" + instead(blocks));
  }

  private static PrivateKey key(Path file, byte[] pkcs8) {
    for (String kind : KEY_KINDS) {
      PrivateKey key = key(kind, pkcs8);
      if (key != null) {
        return key;
      }
    }
    throw new BadCertificateException(file, "the key is broken, or not RSA, EC or Ed25519");
  }

  private static @Nullable PrivateKey key(String kind, byte[] pkcs8) {
    try {
      return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  private static byte[] wrapped(byte[] algorithm, Block block) {
    return DerWriter.sequence(
        DerWriter.integer(BigInteger.ZERO), algorithm, DerWriter.octets(block.der()));
  }

  // RFC 5915: the curve stands in the key itself, PKCS#8 wants it outside.
  private static byte[] wrappedEc(Path file, Block block) {
    byte[] der = block.der();
    int[] all = DerWriter.element(der, 0, 0x30);
    int[] version = all == null ? null : DerWriter.element(der, all[0], 0x02);
    int[] secret = version == null ? null : DerWriter.element(der, version[1], 0x04);
    int[] curve = secret == null ? null : DerWriter.element(der, secret[1], PARAMETERS);
    if (secret == null || curve == null) {
      throw new BadCertificateException(file, "the key is broken, or does not name its curve");
    }
    byte[] oid = Arrays.copyOfRange(der, curve[0], curve[1]);
    byte[] bare =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            DerWriter.octets(Arrays.copyOfRange(der, secret[0], secret[1])),
            publicKey(der, curve[1]));
    return wrapped(DerWriter.sequence(DerWriter.oid(EC), oid), new Block(block.label(), bare));
  }

  private static byte[] publicKey(byte[] der, int at) {
    int[] found = DerWriter.element(der, at, PUBLIC_KEY);
    return found == null ? new byte[0] : Arrays.copyOfRange(der, at, found[1]);
  }

  /** Text with one block. */
  public static String write(String label, byte[] der) {
    String lines =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  private static List<Block> blocks(Path file) {
    List<Block> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(text(file));
    while (block.find()) {
      try {
        found.add(new Block(block.group(1), Base64.getMimeDecoder().decode(base64(block))));
      } catch (IllegalArgumentException e) {
        throw new BadCertificateException(file, block.group(1) + " is not base64");
      }
    }
    return found;
  }

  // What tools write before an old encrypted key ends in an empty line.
  private static String base64(Matcher block) {
    String body = block.group(2);
    return body.contains(":") ? "" : body;
  }

  private static String text(Path file) {
    String why;
    try {
      if (Files.size(file) <= LONGEST) {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
      }
      why = "longer than a megabyte";
    } catch (NoSuchFileException e) {
      why = "there is no such file";
    } catch (AccessDeniedException e) {
      why = "may not be read by this user";
    } catch (IOException e) {
      why = "cannot be read: " + e.getMessage();
    }
    throw new BadCertificateException(file, why);
  }

  private static String instead(List<Block> blocks) {
    @Nullable String first = blocks.isEmpty() ? null : blocks.getFirst().label();
    return first == null ? ": it is not a PEM file" : ", but " + first;
  }
}
