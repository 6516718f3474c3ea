// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression read into a tree. It has characters, {@code .}, classes, groups, {@code |},
 * {@code ? * + {n} {n,} {n,m}} and the escapes {@code \d \w \s} and {@code \} before a sign: what
 * one automaton can run in bounded time. What lies beyond that (looking around, back references) is
 * refused with a sentence. Immutable.
 */
sealed interface Regex {
  /** One byte out of a set. */
  record Bytes(BitSet set) implements Regex {}

  /** One after the other. */
  record Sequence(List<Regex> parts) implements Regex {}

  /** Any of them. */
  record Either(List<Regex> choices) implements Regex {}

  /** Again and again. */
  record Repeat(Regex part, int least, int most) implements Regex {
    /** As most: no upper bound. */
    static final int UNBOUNDED = -1;
  }

  /**
   * Reads an expression.
   *
   * @param lowerCase true when it will only be compared with text in lower case
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Regex parse(String text, boolean lowerCase) {
    return new RegexParser(text, lowerCase).parse();
  }

  /** Where the class that begins at the bracket ends, or the end of the text. */
  static int classEnd(String text, int open) {
    int i = open + 1;
    if (i < text.length() && text.charAt(i) == '^') {
      i++;
    }
    for (boolean first = true; i < text.length(); i++, first = false) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == ']' && !first) {
        return i;
      }
    }
    return text.length();
  }

  /** True when it ends in {@code .*}. */
  default boolean endsOpen() {
    return this instanceof Sequence sequence
        && !sequence.parts().isEmpty()
        && sequence.parts().getLast() instanceof Repeat repeat
        && repeat.least() == 0
        && repeat.most() == Repeat.UNBOUNDED
        && repeat.part() instanceof Bytes bytes
        && bytes.set().cardinality() == 256;
  }

  /** The bytes it stands for when each is a single one, {@code .*} at the end aside; else null. */
  default byte @Nullable [] literal() {
    byte[] beginning = beginning();
    int parts = flat(List.of(this)).size() - (endsOpen() ? 1 : 0);
    return beginning.length == parts ? beginning : null;
  }

  /** The bytes with which everything that matches begins. */
  default byte[] beginning() {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    for (Regex part : flat(List.of(this))) {
      if (!(part instanceof Bytes bytes) || bytes.set().cardinality() != 1) {
        break;
      }
      beginning.write(bytes.set().nextSetBit(0));
    }
    return beginning.toByteArray();
  }

  // A character beyond ASCII is a sequence of bytes inside the sequence.
  private static List<Regex> flat(List<Regex> parts) {
    List<Regex> flat = new ArrayList<>();
    for (Regex part : parts) {
      if (part instanceof Sequence sequence) {
        flat.addAll(flat(sequence.parts()));
      } else {
        flat.add(part);
      }
    }
    return flat;
  }
}
