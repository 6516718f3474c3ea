// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.registrar.KeepaliveSettings;
import io.fairlead.registrar.RegistrarSettings;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The keepalive settings of each domain. Asked for each keepalive, so it looks at the bytes of the
 * address and allocates nothing. Immutable.
 */
public final class KeepaliveRules {
  private record Rule(byte[] domain, KeepaliveSettings settings) {}

  /** No domain has any. */
  public static final KeepaliveRules NONE = of(java.util.List.of());

  // A power of two of slots, at most half of them taken.
  private final @Nullable Rule[] slots;

  private KeepaliveRules(@Nullable Rule[] slots) {
    this.slots = slots;
  }

  /** Those of the registrars; of two with the same domain the first counts. */
  public static KeepaliveRules of(Collection<RegistrarSettings> registrars) {
    int domains = registrars.stream().mapToInt(each -> each.domains().size()).sum();
    KeepaliveRules rules =
        new KeepaliveRules(new Rule[Integer.highestOneBit(Math.max(1, domains)) * 4]);
    for (RegistrarSettings registrar : registrars) {
      for (String domain : registrar.domains()) {
        byte[] bytes = domain.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        int slot = rules.slot(bytes, 0, bytes.length);
        if (rules.slots[slot] == null) {
          rules.slots[slot] = new Rule(bytes, registrar.keepalive());
        }
      }
    }
    return rules;
  }

  /** Those of the address's domain; null when it has none. */
  @Nullable KeepaliveSettings of(AddressOfRecord aor) {
    byte[] bytes = aor.bytes();
    int at = bytes.length;
    while (at > 0 && bytes[at - 1] != '@') {
      at--;
    }
    Rule rule = slots[slot(bytes, at, bytes.length)];
    return rule == null ? null : rule.settings;
  }

  /** The slot of the domain, or the free one where it would stand. */
  private int slot(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int slot = (hash ^ hash >>> 16) & slots.length - 1;
    for (Rule rule = slots[slot]; rule != null; rule = slots[slot]) {
      if (Arrays.equals(rule.domain, 0, rule.domain.length, bytes, from, to)) {
        return slot;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }
}
