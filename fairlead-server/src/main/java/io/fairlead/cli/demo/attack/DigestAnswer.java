// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a phone answers to a digest challenge of a REGISTER (RFC 7616 §3.4). Immutable. */
public final class DigestAnswer {
  private static final Pattern CHALLENGE =
      Pattern.compile("realm=\"([^\"]*)\".*nonce=\"([^\"]*)\"");

  private DigestAnswer() {}

  /**
   * The header line.
   *
   * @param challenge the value of WWW-Authenticate
   * @param uri the Request-URI
   * @return with its line end; empty when the challenge cannot be read
   */
  public static String to(
      String challenge, String user, String password, String uri, RandomGenerator random) {
    Matcher matcher = CHALLENGE.matcher(challenge);
    if (!matcher.find()) {
      return "";
    }
    String realm = matcher.group(1);
    String nonce = matcher.group(2);
    String algorithm = challenge.contains("SHA-256") ? "SHA-256" : "MD5";
    String cnonce = Long.toHexString(random.nextLong());
    String ha1 = hash(algorithm, user + ":" + realm + ":" + password);
    String ha2 = hash(algorithm, "REGISTER:" + uri);
    String proof = hash(algorithm, ha1 + ":" + nonce + ":00000001:" + cnonce + ":auth:" + ha2);
    return ("Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\","
            + " response=\"%s\", algorithm=%s, qop=auth, nc=00000001, cnonce=\"%s\"\r\n")
        .formatted(user, realm, nonce, uri, proof, algorithm, cnonce);
  }

  private static String hash(String algorithm, String text) {
    try {
      byte[] digest = MessageDigest.getInstance(algorithm).digest(text.getBytes(US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
