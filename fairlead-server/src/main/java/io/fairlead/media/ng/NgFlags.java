// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.ng.NgValue.NgDictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request of the ng protocol may say, and what of it we do not do: a relay that passes over
 * what it was told would be found out by a caller who hears nothing. Immutable.
 */
final class NgFlags {
  // Keys that are read, or that are for what we have no use for and lose nothing by.
  private static final Set<String> KEYS =
      Set.of(
          "command",
          "call-id",
          "from-tag",
          "to-tag",
          "via-branch",
          "sdp",
          "flags",
          "replace",
          "direction",
          "received-from",
          "ice",
          "dtls",
          "sdes",
          "address-family",
          "rtcp-mux",
          "transport-protocol",
          "media-address",
          "tos",
          "delete-delay",
          "label",
          "limit",
          "record-call",
          "supports",
          "metadata",
          "xmlrpc-callback");
  private static final Set<String> FLAGS =
      Set.of(
          "trust-address",
          "sip-source-address",
          "symmetric",
          "strict-source",
          "port-latching",
          "unidirectional",
          "no-rtcp-attribute",
          "no-redis-update",
          "asymmetric-codecs",
          "original-sendrecv",
          "early-media",
          "fatal",
          "all",
          "debug");
  // What a flag of one of these keys may say without our doing anything.
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "replace",
          Set.of("origin", "session-connection"),
          "ice",
          Set.of("remove", "default", "optional"),
          "dtls",
          Set.of("off", "no", "disable"),
          "sdes",
          Set.of("off", "no", "disable", "nonew"),
          "rtcp-mux",
          Set.of("accept", "demux", "offer", "require", "reject"),
          "address-family",
          Set.of("ip4", "ip6"),
          "record-call",
          Set.of("off", "no"),
          "tos",
          Set.of("-1", "256"));

  private NgFlags() {}

  /** The request with each key, and what is read of values, in the one form: {@code from-tag}. */
  static NgDictionary folded(NgDictionary body) {
    Map<String, NgValue> entries = new HashMap<>();
    body.entries().forEach((key, value) -> entries.putIfAbsent(fold(key), value));
    return new NgDictionary(entries);
  }

  /** Lower case, with hyphens for the blanks that older ones write. */
  static String fold(String word) {
    return word.toLowerCase(Locale.ROOT).replace(' ', '-').replace('_', '-');
  }

  /**
   * What we do not do of a folded request, in words for {@code error-reason}; null when we do all.
   */
  static @Nullable String refusal(NgDictionary body) {
    for (Map.Entry<String, NgValue> entry : body.entries().entrySet()) {
      String key = entry.getKey();
      String wrong = KEYS.contains(key) ? wrongValue(key, entry.getValue()) : "";
      if (wrong != null) {
        return "Not supported by this relay: " + (wrong.isEmpty() ? key : key + " " + wrong);
      }
    }
    return null;
  }

  private static @Nullable String wrongValue(String key, NgValue value) {
    Set<String> allowed = key.equals("flags") ? FLAGS : VALUES.get(key);
    if (allowed == null) {
      return null;
    }
    List<String> words =
        value instanceof NgValue.NgInteger number
            ? List.of(Long.toString(number.value()))
            : NgValue.texts(value);
    for (String word : words) {
      boolean off = key.equals("sdes") && fold(word).startsWith("no-");
      if (!off && !allowed.contains(fold(word))) {
        return word;
      }
    }
    return null;
  }

  /** True when a folded request's flags hold that word. */
  static boolean has(NgDictionary body, String key, String word) {
    return NgValue.texts(body.entries().get(key)).stream().anyMatch(w -> fold(w).equals(word));
  }
}
