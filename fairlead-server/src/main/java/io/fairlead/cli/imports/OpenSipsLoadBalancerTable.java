// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table of OpenSIPS' load balancer, exported as text: comma, semicolon, bar or tab
 * between the columns, with a row of names or without; also in the box that the clients of MySQL
 * and PostgreSQL draw. Owned by the main thread.
 */
final class OpenSipsLoadBalancerTable {
  private static final List<String> COLUMNS =
      List.of("group_id", "dst_uri", "resources", "probe_mode", "attrs", "description");
  private static final char[] SEPARATORS = {'\t', '|', ',', ';'};
  private static final Pattern SOCKET =
      Pattern.compile("fs://([^:@]*):(.*)@(\\[[0-9A-Fa-f:.]+]|[^:@\\[\\]]+)(?::([0-9]{1,5}))?");
  private static final Pattern DRAWN =
      Pattern.compile(
          "\\+?-+(\\+-+)*\\+?"
              + "|\\([0-9]+ rows?\\)"
              + "|[0-9]+ rows? in set\\b.*"
              + "|(mysql|MariaDB \\[[^]]*])> .*");
  private static final int MOST = 1_000_000_000;

  private final ConfigDraft draft = new ConfigDraft();
  private final ImportProblems flaws;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, String> secrets = new HashMap<>();
  private final Map<PoolDraft, Set<String>> probes = new HashMap<>();

  OpenSipsLoadBalancerTable(ImportProblems flaws) {
    this.flaws = flaws;
  }

  /** The draft; of use only when there are no flaws. */
  ConfigDraft read(String text) {
    List<List<CsvReader.Field>> rows = rows(text.startsWith("\ufeff") ? text.substring(1) : text);
    if (rows == null) {
      flaws.add(
          1,
          1,
          "expected the columns group_id, dst_uri and resources, with comma, semicolon, bar or tab"
              + " between them");
      return draft;
    }
    rows.forEach(this::row);
    if (draft.pools.isEmpty() && flaws.isEmpty()) {
      flaws.add(1, 1, "expected rows with a group_id and a dst_uri, found none");
    }
    draft.pools.values().forEach(this::finish);
    draft.dropEmpty();
    return draft;
  }

  // By the first separator that makes sense of the first row; null when none does.
  private @Nullable List<List<CsvReader.Field>> rows(String text) {
    for (char separator : SEPARATORS) {
      List<List<CsvReader.Field>> rows =
          inside(CsvReader.of(text, separator, new ImportProblems("")));
      if (!rows.isEmpty() && understands(rows.getFirst())) {
        return inside(CsvReader.of(text, separator, flaws)).stream()
            .filter(row -> row.stream().noneMatch(OpenSipsLoadBalancerTable::isName))
            .toList();
      }
    }
    return null;
  }

  private static boolean isName(CsvReader.Field field) {
    return field.text().equalsIgnoreCase("dst_uri");
  }

  // Without what clients draw around the rows, and say before and behind them.
  private static List<List<CsvReader.Field>> inside(List<List<CsvReader.Field>> rows) {
    return rows.stream()
        .filter(row -> !DRAWN.matcher(row.getFirst().text()).matches())
        .map(row -> isBoxed(row) ? row.subList(1, row.size() - 1) : row)
        .toList();
  }

  private static boolean isBoxed(List<CsvReader.Field> row) {
    return row.size() > 3
        && row.getFirst().text().isEmpty()
        && row.getLast().text().isEmpty()
        && row.getFirst().column() == 1;
  }

  private boolean understands(List<CsvReader.Field> first) {
    columns.clear();
    for (int i = 0; i < first.size(); i++) {
      columns.put(first.get(i).text().toLowerCase(Locale.ROOT), i);
    }
    if (columns.keySet().containsAll(COLUMNS.subList(0, 2))) {
      columns.keySet().stream()
          .filter(name -> !COLUMNS.contains(name) && !name.equals("id") && !name.isEmpty())
          .forEach(name -> draft.notes.dropped("the column " + name));
      return true;
    }
    columns.clear();
    // Without names: as the table has its columns, with the number of the row or without.
    for (int id = 0; id < 2; id++) {
      if (first.size() > id + 2
          && first.get(id).text().matches("[0-9]+")
          && first.get(id + 1).text().matches("(?i)sips?:.*")) {
        for (int i = 0; i < COLUMNS.size(); i++) {
          columns.put(COLUMNS.get(i), id + i);
        }
        return true;
      }
    }
    return false;
  }

  private CsvReader.Field field(List<CsvReader.Field> row, String column) {
    int at = columns.getOrDefault(column, Integer.MAX_VALUE);
    CsvReader.Field last = row.getLast();
    if (at >= row.size()) {
      return new CsvReader.Field("", last.line(), last.column());
    }
    CsvReader.Field found = row.get(at);
    return found.text().matches("(?i)NULL|\\\\N")
        ? new CsvReader.Field("", found.line(), found.column())
        : found;
  }

  private void row(List<CsvReader.Field> row) {
    CsvReader.Field group = field(row, "group_id");
    CsvReader.Field uri = field(row, "dst_uri");
    ImportNotes notes = new ImportNotes();
    if (!group.text().matches("[0-9]{1,9}")) {
      flaws.add(
          group.line(),
          group.column(),
          "expected the number of a group in group_id, not `" + group.text() + "`");
      return;
    }
    BackendAddress address;
    try {
      address = BackendAddress.of(uri.text(), notes);
    } catch (IllegalArgumentException e) {
      flaws.add(uri.line(), uri.column(), "dst_uri: " + e.getMessage());
      return;
    }
    BackendDraft backend = new BackendDraft(address, notes);
    resources(field(row, "resources"), backend);
    String description = field(row, "description").text();
    if (!description.isEmpty()) {
      notes.add(description);
    }
    String attrs = field(row, "attrs").text();
    if (!attrs.isEmpty()) {
      notes.dropped("attrs " + attrs);
    }
    PoolDraft pool = draft.pool("group-" + group.text());
    if (pool.add(backend)) {
      probes.computeIfAbsent(pool, p -> new TreeSet<>()).add(probe(field(row, "probe_mode")));
    } else {
      pool.notes.dropped("a second row for " + address.uri());
    }
  }

  private String probe(CsvReader.Field mode) {
    if (!mode.text().matches("|[012]")) {
      flaws.add(
          mode.line(),
          mode.column(),
          "expected 0, 1 or 2 in probe_mode, not `" + mode.text() + "`");
    }
    return mode.text();
  }

  private void resources(CsvReader.Field field, BackendDraft backend) {
    int column = field.column();
    for (String part : field.text().split(";")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        String name = part.substring(0, equals).strip();
        String value = part.substring(equals + 1).strip();
        resource(new CsvReader.Field(value, field.line(), column + equals + 1), backend, name);
      } else if (!part.isBlank()) {
        flaws.add(field.line(), column, "expected name=capacity in resources, not `" + part + "`");
      }
      column += part.length() + 1;
    }
  }

  private void resource(CsvReader.Field value, BackendDraft backend, String name) {
    if (value.text().startsWith("fs://")) {
      socket(value, backend, name);
      return;
    }
    if (!value.text().matches("[0-9]{1,10}") || Long.parseLong(value.text()) > MOST) {
      flaws.add(
          value.line(),
          value.column(),
          "expected a number or fs://:PASSWORD@HOST:8021 for the resource " + name);
      return;
    }
    backend.resources.put(backend.notes.name(name), Integer.parseInt(value.text()));
  }

  // The password goes nowhere: neither into the configuration, nor into a message.
  private void socket(CsvReader.Field value, BackendDraft backend, String name) {
    Matcher url = SOCKET.matcher(value.text());
    int port = url.matches() && url.group(4) != null ? Integer.parseInt(url.group(4)) : 8021;
    if (!url.matches() || port < 1 || port > 65_535) {
      flaws.add(
          value.line(),
          value.column(),
          "expected fs://:PASSWORD@HOST:8021 for the resource " + name);
      return;
    }
    String secret =
        secrets.computeIfAbsent(
            url.group(2),
            p -> "esl" + (secrets.isEmpty() ? "" : "-" + (secrets.size() + 1)) + ".secret");
    String host = url.group(3);
    boolean same = backend.address.uri().contains(host);
    backend.socket = new BackendDraft.Socket(same ? "" : host, port, secret);
    backend.notes.add(
        "Write the password of line "
            + value.line()
            + " into the file "
            + secret
            + " beside this one, readable for Fairlead only.");
    backend.notes.add(name + ": the capacity is what this FreeSWITCH says of itself");
    if (!url.group(1).isEmpty()) {
      backend.notes.dropped("the user " + url.group(1) + " of the event socket");
    }
  }

  private void finish(PoolDraft pool) {
    Set<String> modes = probes.getOrDefault(pool, Set.of());
    if (modes.equals(Set.of("0"))) {
      pool.checked = false;
      pool.notes.add("probe_mode 0: nobody is checked");
    } else if (modes.contains("0")) {
      pool.notes.dropped("probe_mode 0 of some: all of a pool are checked, or none");
    }
    Set<String> named = new HashSet<>();
    List<String> all = new ArrayList<>();
    pool.backends.forEach(each -> {
      named.addAll(each.resources.keySet());
      all.add(String.join(" ", each.resources.keySet()));
    });
    boolean same = new HashSet<>(all).size() == 1;
    if (named.size() == 1 && same) {
      pool.resource = named.iterator().next();
    } else if (!named.isEmpty()) {
      pool.notes.add(
          "What a call takes stood in lb_start: a route says it with `resource:`, one of "
              + String.join(", ", new TreeSet<>(named)));
    }
  }
}
