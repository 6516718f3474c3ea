// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate.sanity;

import io.fairlead.config.ByteSize;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which rules of sanity hold. Immutable.
 *
 * @param on rules beside those on as shipped
 * @param off rules that do not hold
 * @param maxMethod letters of a method
 * @param maxHeaders header lines
 * @param maxHeader length of one
 */
public record SanitySettings(
    @Setting(
            doc =
                "Rules that hold beside those that hold as shipped: `max-forwards`, `from-tag`,"
                    + " `to-tag`, `contact`, `content-type`, `private-address`. Good but old or odd"
                    + " phones break them.")
        List<SanityRule> on,
    @Setting(
            doc =
                "Rules that do not hold, of those that do as shipped: `method`, `uri-scheme`,"
                    + " `header-count`, `header-size`, `user`.")
        List<SanityRule> off,
    @Setting(value = "32", doc = "Longest name of a method. The longest registered has 9 letters.")
        int maxMethod,
    @Setting(
            value = "128",
            doc =
                "Most header lines. A call through ten proxies, each with Via and Record-Route, has"
                    + " some 50.")
        int maxHeaders,
    @Setting(
            value = "32k",
            doc =
                "Longest header line. Cookies of proxies and chains of claims have some KiB;"
                    + " nothing good is longer than half a datagram.")
        ByteSize maxHeader) {
  public SanitySettings {
    on = List.copyOf(on);
    off = List.copyOf(off);
    for (SanityRule rule : off) {
      if (on.contains(rule)) {
        throw new SettingException("off", "`" + rule.text() + "` is in `on` too");
      }
    }
    if (maxMethod < 9) {
      throw new SettingException("max-method", "expected 9 or more");
    }
    if (maxHeaders < 32 || maxHeaders > 256) {
      throw new SettingException(
          "max-headers", "expected 32 to 256, which the parser takes at most");
    }
    if (maxHeader.intBytes() < 1024) {
      throw new SettingException("max-header", "expected 1k or more");
    }
  }

  /** The rules that hold. */
  public Set<SanityRule> rules() {
    Set<SanityRule> rules = EnumSet.noneOf(SanityRule.class);
    for (SanityRule rule : SanityRule.values()) {
      if (on.contains(rule) || rule.isShipped() && !off.contains(rule)) {
        rules.add(rule);
      }
    }
    return rules;
  }
}
