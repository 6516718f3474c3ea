// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.sip.Ascii;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headers set and removed by a route. Immutable.
 *
 * @param set values by header name
 * @param remove header names
 */
public record HeaderSettings(
    @Setting(
            doc =
                "Header names with their values. All lines of the name are replaced by one; when"
                    + " there is none, it is added behind the last Via.")
        Map<String, String> set,
    @Setting(doc = "Header names; all their lines are removed.") List<String> remove) {
  /** Changes nothing. */
  public static final HeaderSettings NONE = new HeaderSettings(Map.of(), List.of());

  public HeaderSettings {
    set.forEach(HeaderSettings::check);
    for (String name : remove) {
      String why = refusal(name);
      if (why != null) {
        throw new SettingException("remove", why);
      }
      if (set.keySet().stream().anyMatch(s -> HeaderKey.of(s).equals(HeaderKey.of(name)))) {
        throw new SettingException(
            "remove", "`" + name + "` is both set and removed: set is enough");
      }
    }
    if (set.keySet().stream().map(HeaderKey::of).distinct().count() < set.size()) {
      throw new SettingException("set", "a header is set twice under two spellings");
    }
  }

  private static void check(String name, String value) {
    String why = refusal(name);
    if (why != null) {
      throw new SettingException("set", why);
    }
    if (!Ascii.isOneLine(value) || value.isBlank()) {
      throw new SettingException(
          "set", "the value of `" + name + "` must be one line of text without control characters");
    }
  }

  private static @Nullable String refusal(String name) {
    if (!SafeMessageText.token(name)) {
      return "`" + name + "` is no header name";
    }
    String why =
        switch (HeaderKey.of(name).known()) {
          case VIA -> "answers find their way back by it";
          case CALL_ID, CSEQ, FROM, TO -> "both ends know the call by it";
          case ROUTE, RECORD_ROUTE -> "the proxy itself routes by it";
          case CONTACT -> "the ends of the call reach each other by it";
          case CONTENT_LENGTH -> "it tells where the message ends";
          case MAX_FORWARDS -> "it stops loops";
          case X_AUTH_IP, X_AUTH_PORT -> "backends trust it, so only the proxy itself writes it";
          default -> null;
        };
    return why == null ? null : "`" + name + "` cannot be set or removed: " + why;
  }

  /** True when nothing is changed. */
  public boolean isEmpty() {
    return set.isEmpty() && remove.isEmpty();
  }
}
