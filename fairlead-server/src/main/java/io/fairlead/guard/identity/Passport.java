// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SHAKEN PASSporT as it is signed (RFC 8225, RFC 8588): who calls whom, when, and how far
 * somebody vouches for that. Immutable.
 *
 * @param x5u where the certificate of the signing key is
 * @param attest how far the signer vouches
 * @param dest canonical numbers of the called
 * @param iat seconds since 1970
 * @param orig the caller's canonical number
 * @param origid where the call came from, for who traces it back
 */
record Passport(
    String x5u, Attestation attest, List<String> dest, long iat, String orig, String origid) {
  private static final int LONGEST_DEST = 100;

  Passport {
    dest = List.copyOf(dest);
  }

  /**
   * What is signed: header and claims in base64url with a dot between (RFC 7515 §7.1), keys in the
   * order of RFC 8225 §9.
   */
  String signingInput() {
    StringBuilder header = new StringBuilder(128);
    header.append("{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\",\"x5u\":\"");
    header.append(x5u).append("\"}");
    StringBuilder claims = new StringBuilder(192);
    claims.append("{\"attest\":\"").append(attest.letter()).append("\",\"dest\":{\"tn\":[\"");
    claims.append(String.join("\",\"", dest)).append("\"]},\"iat\":").append(iat);
    claims.append(",\"orig\":{\"tn\":\"").append(orig).append("\"},\"origid\":\"");
    claims.append(origid).append("\"}");
    return base64(header) + "." + base64(claims);
  }

  private static String base64(CharSequence json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the two parts.
   *
   * @return null when it is no SHAKEN PASSporT signed by ES256
   */
  static @Nullable Passport read(String header, String claims) {
    Map<String, Object> head = json(header);
    Map<String, Object> body = json(claims);
    if (head == null || body == null) {
      return null;
    }
    boolean shaken =
        "ES256".equals(head.get("alg"))
            && "shaken".equals(head.get("ppt"))
            && "passport".equals(head.get("typ"));
    boolean whole =
        shaken
            && head.get("x5u") instanceof String
            && attest(body) != null
            && dest(body) != null
            && body.get("iat") instanceof Long
            && orig(body) != null
            && body.get("origid") instanceof String;
    return whole ? of(head, body) : null;
  }

  private static @Nullable Passport of(Map<String, Object> head, Map<String, Object> body) {
    Attestation attest = attest(body);
    List<String> dest = dest(body);
    String orig = orig(body);
    return attest == null || dest == null || orig == null
        ? null
        : new Passport(
            String.valueOf(head.get("x5u")),
            attest,
            dest,
            body.get("iat") instanceof Long iat ? iat : 0,
            orig,
            String.valueOf(body.get("origid")));
  }

  private static @Nullable Map<String, Object> json(String base64) {
    try {
      byte[] text = Base64.getUrlDecoder().decode(base64);
      return PassportJson.object(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Attestation attest(Map<String, Object> body) {
    Object level = body.get("attest");
    for (Attestation each : Attestation.values()) {
      if (each.letter().equals(level)) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable List<String> dest(Map<String, Object> body) {
    Object numbers = body.get("dest") instanceof Map<?, ?> dest ? dest.get("tn") : null;
    if (!(numbers instanceof List<?> all) || all.isEmpty() || all.size() > LONGEST_DEST) {
      return null;
    }
    boolean texts = all.stream().allMatch(String.class::isInstance);
    return texts ? all.stream().map(String::valueOf).toList() : null;
  }

  private static @Nullable String orig(Map<String, Object> body) {
    return body.get("orig") instanceof Map<?, ?> orig && orig.get("tn") instanceof String number
        ? number
        : null;
  }
}
