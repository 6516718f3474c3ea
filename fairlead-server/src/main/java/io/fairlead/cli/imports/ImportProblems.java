// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with the files, each with its place. Owned by the main thread. */
final class ImportProblems {
  private static final int MOST = 100;
  private static final Comparator<Flaw> IN_ORDER =
      Comparator.comparing(Flaw::file).thenComparingInt(Flaw::line).thenComparingInt(Flaw::column);

  private record Flaw(String file, int line, int column, String text) {}

  private final String file;
  private final List<Flaw> all;

  ImportProblems(String file) {
    this(file, new ArrayList<>());
  }

  private ImportProblems(String file, List<Flaw> all) {
    this.file = file;
    this.all = all;
  }

  /** For another file, in one list with those of this one. */
  ImportProblems of(String other) {
    return new ImportProblems(other, all);
  }

  /** Notes one; behind a hundred there is nothing to learn from more. */
  void add(int line, int column, String text) {
    if (all.size() < MOST) {
      all.add(new Flaw(file, line, column, ImportNotes.clean(text)));
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** All of them, in the order of their places. */
  List<String> all() {
    return all.stream()
        .sorted(IN_ORDER)
        .map(each -> each.file + ":" + each.line + ":" + each.column + ": " + each.text)
        .toList();
  }
}
