// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import io.fairlead.config.JsonScanner;
import io.fairlead.net.Cidr;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a list: as many entries as it may have, how many lines were none, and the first
 * of those. Owned by whoever reads.
 */
final class BlocklistText {
  private static final int LONGEST_SHOWN = 60;

  private final int limit;
  private final Set<Cidr> entries = new LinkedHashSet<>();
  private int bad;
  private int beyond;
  private String firstBad = "";
  private String next = "";

  /**
   * @param limit most entries
   */
  BlocklistText(int limit) {
    this.limit = limit;
  }

  Set<Cidr> entries() {
    return entries;
  }

  /** Lines that are no address and no network. */
  int bad() {
    return bad;
  }

  /** Entries there was no room for. */
  int beyond() {
    return beyond;
  }

  /** The first bad line, with its number; empty for none. */
  String firstBad() {
    return firstBad;
  }

  /** What to ask for next; empty when there is nothing. */
  String next() {
    return next;
  }

  /** Lines with an address or a network each; {@code #} and {@code ;} begin a comment. */
  BlocklistText plain(String text) {
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String bare = line.split("[#;]", 2)[0].strip();
      if (!bare.isEmpty()) {
        add(bare, number);
      }
    }
    return this;
  }

  private void add(String word, int number) {
    Cidr network;
    try {
      network = Cidr.parse(word);
    } catch (IllegalArgumentException e) {
      bad(word, number);
      return;
    }
    // Nobody means the whole Internet; who takes it from a list has no service any more.
    if (network.prefix() == 0) {
      bad(word, number);
    } else if (entries.contains(network) || entries.size() < limit) {
      entries.add(network);
    } else {
      beyond++;
    }
  }

  private void bad(String word, int number) {
    bad++;
    if (firstBad.isEmpty()) {
      String cut = word.length() > LONGEST_SHOWN ? word.substring(0, LONGEST_SHOWN) + "..." : word;
      firstBad = "line " + number + ": `" + cut.replaceAll("\\p{Cntrl}", "?") + "`";
    }
  }

  /**
   * {@code {"ipaddress":["192.0.2.1", …],"ID":"1234"}}; what ID names comes next. When there is no
   * more the ID is {@code none} and the text stands in place of the addresses.
   *
   * @return null when it is no such text
   */
  @Nullable BlocklistText apiban(String text) {
    JsonScanner json = new JsonScanner(text);
    String id = "";
    boolean listed = false;
    if (!json.take('{')) {
      return null;
    }
    Set<String> words = new LinkedHashSet<>();
    do {
      String name = json.string();
      if (name == null || !json.take(':')) {
        return null;
      }
      if (name.equals("ipaddress")) {
        listed = words(json, words);
        if (!listed) {
          return null;
        }
      } else {
        String value = json.peek() == '"' ? json.string() : json.literal();
        if (value == null) {
          return null;
        }
        id = name.equals("ID") ? value : id;
      }
    } while (json.take(','));
    if (!listed || !json.take('}')) {
      return null;
    }
    if (!id.equals("none") && !id.isEmpty()) {
      next = id;
      int number = 0;
      for (String each : words) {
        add(each, ++number);
      }
    }
    return this;
  }

  private static boolean words(JsonScanner json, Set<String> words) {
    if (!json.take('[')) {
      return false;
    }
    if (json.take(']')) {
      return true;
    }
    do {
      String word = json.string();
      if (word == null) {
        return false;
      }
      words.add(word);
    } while (json.take(','));
    return json.take(']');
  }
}
