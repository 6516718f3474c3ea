// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Comments of the new configuration: what has no equal, what to look at. Main thread. */
final class ImportNotes {
  private static final int LONGEST = 240;
  private static final int MOST = 50;

  private final Set<String> all = new LinkedHashSet<>();

  /** Something to know. */
  void add(String text) {
    if (all.size() < MOST) {
      all.add(clean(text));
    } else {
      all.add("and more of the kind");
    }
  }

  /** Something that has no equal here. */
  void dropped(String what) {
    add("not taken over: " + what);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<String> all() {
    return new ArrayList<>(all);
  }

  /** One line without control characters: what a file says cannot become configuration. */
  static String clean(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(c -> {
          boolean visible =
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
                default -> true;
              };
          out.appendCodePoint(visible ? c : ' ');
        });
    return out.toString().strip();
  }

  /** A name that needs no thought in YAML, meters or commands; says so when it had to change. */
  String name(String text) {
    String name = text.strip().replaceAll("[^A-Za-z0-9._:+-]+", "-");
    String usable = name.isEmpty() || name.equals("-") ? "unnamed" : name;
    if (!usable.equals(text)) {
      add("`" + text + "` is called " + usable + " here");
    }
    return usable;
  }
}
