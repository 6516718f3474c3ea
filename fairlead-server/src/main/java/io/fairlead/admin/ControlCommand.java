// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.NameSpelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of a running Fairlead. Immutable. */
enum ControlCommand {
  /** Which one it is. */
  NODE,
  /** How everything is. */
  STATUS,
  /** The status again and again. */
  WATCH("interval-ms"),
  /** The limits of the guard, and who holds most. */
  LIMITS("most"),
  /** No new calls. */
  DRAIN("backends", "deadline", "then", "calls"),
  /** Takes drain back. */
  UNDRAIN("backends"),
  /** No new calls, and expected to be off. */
  MAINTENANCE("backends"),
  /** Takes drain and maintenance back. */
  READY("backends"),
  /** Who is banned, or how it stands with one. */
  BANS("why", "limit"),
  /** Bans a source or a network. */
  BAN("address", "time"),
  /** Lifts a ban. */
  LIFT("address"),
  /** Reads the configuration again. */
  RELOAD;

  private final List<String> fields;

  ControlCommand(String... own) {
    List<String> all = new ArrayList<>(List.of("version", "do"));
    all.addAll(List.of(own));
    fields = List.copyOf(all);
  }

  /** The fields its request may have. */
  List<String> fields() {
    return fields;
  }

  static List<String> names() {
    return Arrays.stream(values()).map(verb -> NameSpelling.dashed(verb.name())).toList();
  }

  static @Nullable ControlCommand of(String word) {
    int index = names().indexOf(word);
    return index < 0 ? null : values()[index];
  }
}
