// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of an Identity header (RFC 8224 §4): a PASSporT in full, or in the compact form, of
 * which only the signature is written, and where its certificate is. Immutable.
 *
 * @param header the JOSE header in base64url; empty in the compact form
 * @param claims the same of the claims
 * @param signature the same of the signature
 * @param info the URL of the certificate
 * @param alg the algorithm; ES256 where nothing is said
 * @param ppt the extension; empty for none
 */
record IdentityHeader(
    String header, String claims, String signature, String info, String alg, String ppt) {
  private static final int LONGEST = 8192;
  private static final Pattern TOKEN =
      Pattern.compile("([A-Za-z0-9_-]*)\\.([A-Za-z0-9_-]*)\\.([A-Za-z0-9_-]+)");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\s*;\\s*([A-Za-z0-9.!%*_+`'~-]+)\\s*"
              + "(?:=\\s*(?:<([^<>\"]*)>|\"([^\"\\\\]*)\"|([^\\s;,<>\"]+)))?\\s*");

  /** Reads one; null when it breaks the grammar. */
  static @Nullable IdentityHeader read(String value) {
    Matcher token = TOKEN.matcher(value);
    if (value.length() > LONGEST || !token.lookingAt()) {
      return null;
    }
    Map<String, String> parameters = parameters(value, token.end());
    String info = parameters == null ? null : parameters.get("info");
    boolean halved = token.group(1).isEmpty() != token.group(2).isEmpty();
    if (parameters == null || info == null || info.isEmpty() || halved) {
      return null;
    }
    return new IdentityHeader(
        token.group(1),
        token.group(2),
        token.group(3),
        info,
        parameters.getOrDefault("alg", "ES256"),
        parameters.getOrDefault("ppt", ""));
  }

  private static @Nullable Map<String, String> parameters(String value, int from) {
    Map<String, String> found = new HashMap<>();
    Matcher parameter = PARAMETER.matcher(value).region(from, value.length());
    int at = from;
    while (at < value.length()) {
      if (!parameter.lookingAt()) {
        return null;
      }
      String text = "";
      for (int group = 2; group <= 4; group++) {
        text = parameter.group(group) == null ? text : parameter.group(group);
      }
      if (found.put(parameter.group(1).toLowerCase(Locale.ROOT), text) != null) {
        return null;
      }
      at = parameter.end();
      parameter.region(at, value.length());
    }
    return found;
  }

  /** True when only the signature is written. */
  boolean isCompact() {
    return header.isEmpty();
  }

  /** True for a PASSporT of SHAKEN, by what the header says. */
  boolean isShaken() {
    return ppt.equals("shaken");
  }

  /** As it stands in a message. */
  static String write(String signingInput, String signature, String x5u) {
    return signingInput + "." + signature + ";info=<" + x5u + ">;alg=ES256;ppt=\"shaken\"";
  }
}
