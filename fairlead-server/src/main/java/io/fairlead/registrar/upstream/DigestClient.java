// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A digest challenge and our answer to it, as a user agent client gives it (RFC 7616 §3.4).
 * Immutable.
 *
 * @param realm whose user
 * @param nonce of the registrar behind us
 * @param opaque to be given back, or empty
 * @param sha256 the algorithm is SHA-256, else MD5
 * @param qop whether qop=auth is offered
 * @param stale the user is right, only the nonce was old
 */
record DigestClient(
    String realm, String nonce, String opaque, boolean sha256, boolean qop, boolean stale) {
  private static final Pattern PARAM =
      Pattern.compile("([A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  /** Reads the value of WWW-Authenticate; null when it is none that can be answered. */
  static @Nullable DigestClient to(String challenge) {
    if (!challenge.regionMatches(true, 0, "Digest ", 0, 7)) {
      return null;
    }
    String realm = "";
    String nonce = "";
    String opaque = "";
    String algorithm = "MD5";
    String qop = "";
    String stale = "";
    Matcher matcher = PARAM.matcher(challenge.substring(7));
    while (matcher.find()) {
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      switch (matcher.group(1).toLowerCase(java.util.Locale.ROOT)) {
        case "realm" -> realm = value;
        case "nonce" -> nonce = value;
        case "opaque" -> opaque = value;
        case "algorithm" -> algorithm = value;
        case "qop" -> qop = value;
        case "stale" -> stale = value;
        default -> {}
      }
    }
    boolean sha256 = algorithm.equalsIgnoreCase("SHA-256");
    boolean auth = java.util.List.of(qop.split("\\s*,\\s*")).contains("auth");
    boolean speakable =
        !nonce.isEmpty()
            && (sha256 || algorithm.equalsIgnoreCase("MD5"))
            && (qop.isEmpty() || auth);
    return speakable
        ? new DigestClient(realm, nonce, opaque, sha256, auth, stale.equalsIgnoreCase("true"))
        : null;
  }

  /**
   * The Authorization line, with CR LF.
   *
   * @param user as the hash was made with
   * @param uri the request-URI of the REGISTER
   * @param ha1 H(user:realm:password) as hexadecimal digits
   * @param cnonce ours
   */
  String line(String user, String uri, byte[] ha1, String cnonce) {
    String secret = new String(ha1, StandardCharsets.US_ASCII);
    String ha2 = hash("REGISTER:" + uri);
    String middle = qop ? ":00000001:" + cnonce + ":auth:" : ":";
    String response = hash(secret + ":" + nonce + middle + ha2);
    StringBuilder line = new StringBuilder("Authorization: Digest username=\"").append(user);
    line.append("\", realm=\"").append(realm).append("\", nonce=\"").append(nonce);
    line.append("\", uri=\"").append(uri).append("\", response=\"").append(response);
    line.append("\", algorithm=").append(algorithm());
    if (!opaque.isEmpty()) {
      line.append(", opaque=\"").append(opaque).append('"');
    }
    if (qop) {
      line.append(", qop=auth, nc=00000001, cnonce=\"").append(cnonce).append('"');
    }
    return line.append("\r\n").toString();
  }

  private String algorithm() {
    return sha256 ? "SHA-256" : "MD5";
  }

  private String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance(algorithm()).digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm(), e);
    }
  }
}
