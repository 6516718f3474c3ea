// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma separated values (RFC 4180), with any separator: quotes around a field, two of them for one
 * inside. Owned by the main thread.
 */
final class CsvReader {
  /** A field and where it begins. */
  record Field(String text, int line, int column) {}

  private final String text;
  private final char separator;
  private final ImportProblems flaws;
  private final List<List<Field>> rows = new ArrayList<>();
  private List<Field> row = new ArrayList<>();
  private int at;
  private int line = 1;
  private int lineStart;

  private CsvReader(String text, char separator, ImportProblems flaws) {
    this.text = text;
    this.separator = separator;
    this.flaws = flaws;
  }

  /** The rows that are not blank. */
  static List<List<Field>> of(String text, char separator, ImportProblems flaws) {
    CsvReader reader = new CsvReader(text, separator, flaws);
    while (reader.at <= text.length()) {
      reader.field();
    }
    return reader.rows;
  }

  private void field() {
    while (peek() == ' ' && separator != ' ') {
      at++;
    }
    int beginLine = line;
    int column = at - lineStart + 1;
    row.add(new Field(peek() == '"' ? quoted() : plain(), beginLine, column));
    if (peek() == separator && at < text.length()) {
      at++;
      return;
    }
    endRow();
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\n';
  }

  private String plain() {
    int begin = at;
    while (peek() != separator && peek() != '\n' && peek() != '\r') {
      at++;
    }
    return text.substring(begin, at).strip();
  }

  private String quoted() {
    int startLine = line;
    int startColumn = at - lineStart + 1;
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"' && peek() == '"' && at < text.length()) {
        at++;
        out.append('"');
      } else if (c == '"') {
        behindQuote();
        return out.toString();
      } else {
        if (c == '\n') {
          line++;
          lineStart = at;
        }
        out.append(c);
      }
    }
    flaws.add(startLine, startColumn, "expected a closing quote before the end of the file");
    return out.toString();
  }

  private void behindQuote() {
    int begin = at;
    if (!plain().isEmpty()) {
      flaws.add(line, begin - lineStart + 1, "expected `" + separator + "` behind the quote");
    }
  }

  private void endRow() {
    if (row.stream().anyMatch(field -> !field.text.isBlank())) {
      rows.add(row);
    }
    row = new ArrayList<>();
    boolean carriage = peek() == '\r';
    at++;
    if (carriage && at < text.length() && peek() == '\n') {
      at++;
    }
    line++;
    lineStart = at;
  }
}
