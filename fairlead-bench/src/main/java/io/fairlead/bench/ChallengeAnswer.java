// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers challenges of a registrar as a phone does (RFC 7616, RFC 8760): qop auth, each nonce used
 * once. Owned by one socket.
 */
final class ChallengeAnswer {
  private static final Pattern REALM = parameter("realm");
  private static final Pattern NONCE = parameter("nonce");
  private static final Pattern OPAQUE = parameter("opaque");
  private static final Pattern ALGORITHM =
      Pattern.compile("\\balgorithm=\"?([A-Za-z0-9-]+)", Pattern.CASE_INSENSITIVE);

  private final String password;
  private final String wanted;
  private final String uri;
  private final MessageDigest md5 = digest("MD5");
  private final MessageDigest sha256 = digest("SHA-256");

  ChallengeAnswer(FarmSettings settings) {
    password = settings.password();
    wanted = settings.algorithm();
    uri = "sip:" + settings.domain();
  }

  private static Pattern parameter(String name) {
    return Pattern.compile("\\b" + name + "=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The Authorization line for the first challenge that it can answer; empty when there is none.
   */
  byte[] line(String user, List<String> challenges) {
    for (String challenge : challenges) {
      String algorithm = find(ALGORITHM, challenge).toUpperCase(Locale.ROOT);
      if (algorithm.isEmpty()) {
        algorithm = "MD5";
      }
      boolean known = algorithm.equals("MD5") || algorithm.equals("SHA-256");
      if (known && (wanted.isEmpty() || wanted.equalsIgnoreCase(algorithm))) {
        return RegisterText.bytes(answer(user, challenge, algorithm));
      }
    }
    return new byte[0];
  }

  private String answer(String user, String challenge, String algorithm) {
    String realm = find(REALM, challenge);
    String nonce = find(NONCE, challenge);
    String opaque = find(OPAQUE, challenge);
    String secret = hash(algorithm, user + ":" + realm + ":" + password.replace("{user}", user));
    String request = hash(algorithm, "REGISTER:" + uri);
    String response = hash(algorithm, secret + ":" + nonce + ":00000001:5ea1:auth:" + request);
    return "Authorization: Digest username=\""
        + user
        + "\", realm=\""
        + realm
        + "\", nonce=\""
        + nonce
        + "\", uri=\""
        + uri
        + "\", response=\""
        + response
        + "\", algorithm="
        + algorithm
        + ", qop=auth, nc=00000001, cnonce=\"5ea1\""
        + (opaque.isEmpty() ? "" : ", opaque=\"" + opaque + "\"")
        + "\r\n";
  }

  private String hash(String algorithm, String text) {
    MessageDigest digest = algorithm.equals("MD5") ? md5 : sha256;
    return HexFormat.of().formatHex(digest.digest(RegisterText.bytes(text)));
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}
