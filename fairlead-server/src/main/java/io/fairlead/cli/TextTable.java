// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns, two spaces between them. Owned by one thread. */
public final class TextTable {
  private final List<String> head;
  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param head the columns' names; a name that begins with {@code >} makes its column flush right
   */
  public TextTable(String... head) {
    this.head =
        Arrays.stream(head).map(name -> name.startsWith(">") ? name.substring(1) : name).toList();
    right = new boolean[head.length];
    for (int i = 0; i < head.length; i++) {
      right[i] = head[i].startsWith(">");
    }
  }

  /** Adds a row. */
  public TextTable row(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  /** The head and the rows, without spaces at their ends. */
  public List<String> lines() {
    List<List<String>> all = new ArrayList<>(rows);
    all.addFirst(head);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return all.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      String space = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 ? "" : "  ").append(right[i] ? space + cell : cell + space);
    }
    return line.toString().stripTrailing();
  }
}
