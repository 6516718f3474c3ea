// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the destination list of Kamailio's dispatcher: on each line a set, a URI, and as far as
 * written flags, priority and attributes. Owned by the main thread.
 */
final class KamailioDispatcherList {
  // What stands in quotes is one value, whatever is in it.
  private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|'[^']*'|\\S)+");
  private static final Pattern ATTRIBUTE = Pattern.compile("(?:\"[^\"]*\"|'[^']*'|[^;])*");
  private static final int MOST_WEIGHT = 10_000;
  private static final int DISABLED = 4;

  private final ConfigDraft draft = new ConfigDraft();
  private final ImportProblems flaws;
  private final @Nullable KamailioAlgorithm algorithm;

  /** What a line says, with its place. */
  private record Entry(int set, BackendDraft backend, int flags, int priority, boolean disabled) {}

  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param algorithm the second argument of ds_select_dst, which the list does not say; or null
   */
  KamailioDispatcherList(ImportProblems flaws, @Nullable KamailioAlgorithm algorithm) {
    this.flaws = flaws;
    this.algorithm = algorithm;
  }

  /** The draft; of use only when there are no flaws. */
  ConfigDraft read(String text) {
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      line(i + 1, lines[i]);
    }
    if (entries.isEmpty() && flaws.isEmpty()) {
      flaws.add(1, 1, "expected lines such as `1 sip:10.0.0.11:5060`, found none");
    }
    if (algorithm == null) {
      draft.notes.add(
          "The algorithm stands in the script: say it with --algorithm, the second argument of"
              + " ds_select_dst. Without it: p2c.");
    }
    entries.forEach(this::place);
    draft.pools.values().forEach(this::finish);
    draft.dropEmpty();
    return draft;
  }

  private void line(int number, String line) {
    List<MatchResult> words = words(line);
    if (words.isEmpty()) {
      return;
    }
    Integer set = number(number, words, 0, "the number of a set");
    if (set == null) {
      return;
    }
    if (words.size() < 2) {
      flaws.add(number, line.length() + 1, "expected a SIP URI behind the set");
      return;
    }
    Integer flags = number(number, words, 2, "flags, a number");
    Integer priority = number(number, words, 3, "a priority, a number");
    ImportNotes notes = new ImportNotes();
    BackendAddress address = address(number, words.get(1), notes);
    if (flags == null || priority == null || address == null) {
      return;
    }
    BackendDraft backend = new BackendDraft(address, notes);
    if (words.size() > 4) {
      attributes(number, words.get(4), backend);
    }
    for (int i = 5; i < words.size(); i++) {
      notes.dropped("`" + words.get(i).group() + "` at the end of line " + number);
    }
    flags(flags, notes);
    entries.add(new Entry(set, backend, flags, priority, (flags & DISABLED) != 0));
  }

  // Up to a word that begins a comment.
  private static List<MatchResult> words(String line) {
    List<MatchResult> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line.startsWith("\ufeff") ? " " + line.substring(1) : line);
    while (matcher.find() && !matcher.group().startsWith("#")) {
      words.add(matcher.toMatchResult());
    }
    return words;
  }

  // 0 when it is not written, null when it is wrong.
  private @Nullable Integer number(int line, List<MatchResult> words, int at, String what) {
    if (at >= words.size()) {
      return 0;
    }
    String word = words.get(at).group();
    if (!word.matches("[0-9]{1,9}")) {
      flaws.add(line, words.get(at).start() + 1, "expected " + what + ", not `" + word + "`");
      return null;
    }
    return Integer.valueOf(word);
  }

  private @Nullable BackendAddress address(int line, MatchResult word, ImportNotes notes) {
    try {
      return BackendAddress.of(word.group(), notes);
    } catch (IllegalArgumentException e) {
      flaws.add(line, word.start() + 1, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static void flags(int flags, ImportNotes notes) {
    if ((flags & 1) != 0) {
      notes.dropped("flag 1, inactive at the start: the first health check decides");
    }
    if ((flags & 2) != 0) {
      notes.dropped("flag 2, on trial at the start: the first health check decides");
    }
    if ((flags & 16) != 0) {
      notes.dropped("flag 16: host names are always resolved");
    }
    if ((flags & 32) != 0) {
      notes.dropped("flag 32, not to be checked: `health: off` is for a whole pool");
    }
    int unknown = flags & ~(1 | 2 | DISABLED | 8 | 16 | 32);
    if (unknown != 0) {
      notes.dropped("flag " + unknown + ", which is not known");
    }
  }

  private void attributes(int line, MatchResult word, BackendDraft backend) {
    Matcher matcher = ATTRIBUTE.matcher(word.group());
    while (matcher.find()) {
      String attribute = matcher.group();
      int equals = attribute.indexOf('=');
      String name = equals < 0 ? attribute : attribute.substring(0, equals);
      String value = equals < 0 ? "" : attribute.substring(equals + 1);
      int column = word.start() + matcher.start() + equals + 2;
      attribute(new Place(line, column), backend, name.strip(), unquoted(value.strip()));
    }
  }

  private static String unquoted(String value) {
    int last = value.length() - 1;
    boolean quoted =
        last > 0
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(last) == value.charAt(0);
    return quoted ? value.substring(1, last) : value;
  }

  private record Place(int line, int column) {}

  private void attribute(Place at, BackendDraft backend, String name, String value) {
    switch (name) {
      case "" -> {}
      case "duid" -> backend.name = backend.notes.name(value);
      case "maxload" -> backend.maxCalls = amount(at, name, value, 1_000_000);
      case "weight" -> weight(at, backend, name, value, algorithm == null || algorithm.weighs());
      case "rweight" -> weight(at, backend, name, value, algorithm == null || algorithm.relative());
      case "socket", "sockname", "ping_socket" ->
          backend.notes.dropped(
              name + "=" + value + "; `network` says by which listeners a backend is reached");
      case "ping_from" ->
          backend.notes.dropped(name + "=" + value + "; checks are sent in our own name");
      case "latency" -> backend.notes.dropped(name + "=" + value + "; it is measured");
      default -> backend.notes.dropped("the attribute " + name + "=" + value);
    }
  }

  private void weight(Place at, BackendDraft backend, String name, String value, boolean used) {
    if (used) {
      backend.weight = amount(at, name, value, MOST_WEIGHT);
    } else {
      backend.notes.dropped(name + "=" + value + ", which the algorithm does not look at");
    }
  }

  private int amount(Place at, String name, String value, int most) {
    if (value.matches("[0-9]{1,7}") && Integer.parseInt(value) <= most) {
      return Integer.parseInt(value);
    }
    flaws.add(
        at.line, at.column, "expected 0 to " + most + " for " + name + ", not `" + value + "`");
    return 0;
  }

  private void place(Entry entry) {
    PoolDraft pool = draft.pool("set-" + entry.set);
    if (!pool.add(entry.backend)) {
      pool.notes.dropped("a second line for " + entry.backend.address.uri());
    }
  }

  private void finish(PoolDraft pool) {
    List<Entry> here =
        entries.stream().filter(each -> pool.backends.contains(each.backend)).toList();
    KamailioAlgorithm chosen = algorithm;
    if (chosen != null) {
      chosen.choose(pool);
    }
    priorities(pool, here);
    boolean any = here.stream().anyMatch(each -> !each.disabled && each.backend.weight > 0);
    for (Entry each : here) {
      if (!any) {
        each.backend.weight = Math.max(1, each.backend.weight);
      } else if (each.disabled) {
        each.backend.weight = 0;
        each.backend.notes.add("disabled (flag 4): weight 0 keeps calls away");
      }
    }
    if (!any && !here.isEmpty()) {
      pool.notes.add("all of them are disabled or weigh nothing there; here they take calls");
    }
  }

  // The highest number comes first there, the lowest here.
  private void priorities(PoolDraft pool, List<Entry> here) {
    int most = here.stream().mapToInt(Entry::priority).max().orElse(0);
    int least = here.stream().mapToInt(Entry::priority).min().orElse(0);
    KamailioAlgorithm chosen = algorithm;
    if (most == least) {
      return;
    }
    if (chosen == KamailioAlgorithm.PRIORITY_WEIGHT) {
      here.forEach(each -> each.backend.priority = each.priority);
    } else if (chosen != null && chosen.serial()) {
      here.forEach(each -> each.backend.priority = most - each.priority + 1);
      pool.notes.add("priorities are turned around: here the lowest number comes first");
    } else {
      pool.notes.dropped("priorities, which the algorithm does not go by");
    }
  }
}
