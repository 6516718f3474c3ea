// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import org.jspecify.annotations.Nullable;

/**
 * Telephone numbers as a PASSporT has them (RFC 8224 §8.3): digits with the country code, without
 * plus and without what makes them readable. Immutable.
 */
final class CanonicalNumber {
  private static final int LONGEST = 32;
  private static final String VISUAL_SEPARATORS = "-.() ";

  private final TelephoneNumberSettings settings;

  CanonicalNumber(TelephoneNumberSettings settings) {
    this.settings = settings;
  }

  /**
   * The number that a URI names.
   *
   * @param uri sip, sips or tel
   * @return null when it names no telephone number
   */
  @Nullable String ofUri(String uri) {
    int colon = uri.indexOf(':');
    if (colon < 0) {
      return null;
    }
    String scheme = uri.substring(0, colon);
    int end = uri.length();
    if (scheme.equalsIgnoreCase("sip") || scheme.equalsIgnoreCase("sips")) {
      end = uri.indexOf('@');
    } else if (!scheme.equalsIgnoreCase("tel")) {
      end = -1;
    }
    return end < colon ? null : of(beforeParameters(uri.substring(colon + 1, end)));
  }

  // Of a user part also the password goes.
  private static String beforeParameters(String user) {
    for (int i = 0; i < user.length(); i++) {
      if (user.charAt(i) == ';' || user.charAt(i) == ':') {
        return user.substring(0, i);
      }
    }
    return user;
  }

  /** The number; null when it is none. */
  @Nullable String of(String dialled) {
    boolean plus = dialled.startsWith("+");
    StringBuilder digits = new StringBuilder(LONGEST);
    for (int i = plus ? 1 : 0; i < dialled.length(); i++) {
      char c = dialled.charAt(i);
      if (c >= '0' && c <= '9' || c == '*' || c == '#') {
        digits.append(c);
      } else if (VISUAL_SEPARATORS.indexOf(c) < 0) {
        return null;
      }
    }
    if (digits.isEmpty() || digits.length() > LONGEST) {
      return null;
    }
    String number = digits.toString();
    return plus ? number : international(number);
  }

  private String international(String number) {
    String abroad = settings.internationalPrefix();
    if (abroad != null && number.startsWith(abroad) && number.length() > abroad.length()) {
      return number.substring(abroad.length());
    }
    String code = settings.countryCode();
    String trunk = settings.trunkPrefix();
    if (code != null && trunk != null && number.startsWith(trunk)) {
      return code + number.substring(trunk.length());
    }
    Integer national = settings.nationalDigits();
    return code != null && national != null && number.length() == national ? code + number : number;
  }
}
