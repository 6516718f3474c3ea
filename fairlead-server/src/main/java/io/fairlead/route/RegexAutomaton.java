// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.util.BitSet;
import java.util.List;

/**
 * Runs a regular expression over bytes, all its ways at once: a position automaton (Glushkov, "The
 * abstract theory of automata", 1961) whose set of states is one long. The work is at most
 * positions times bytes, so no sender can make it slow, and there is nothing to allocate.
 * Immutable.
 */
final class RegexAutomaton {
  private static final int POSITIONS = 64;
  private static final int PARTS = 10_000;

  private final long[] accepts = new long[256];
  private final long[] follow = new long[POSITIONS];
  private final long first;
  private final long last;
  private final boolean empty;

  private RegexAutomaton(Builder builder, Part whole) {
    System.arraycopy(builder.accepts, 0, accepts, 0, accepts.length);
    System.arraycopy(builder.follow, 0, follow, 0, follow.length);
    first = whole.first();
    last = whole.last();
    empty = whole.empty();
  }

  /**
   * Makes one.
   *
   * @throws IllegalArgumentException when the expression is too long, repetitions written out
   */
  static RegexAutomaton of(Regex regex) {
    if (regex.literal() != null) {
      // Compared byte by byte, so its length is free.
      return new RegexAutomaton(new Builder(), Part.NOTHING);
    }
    Builder builder = new Builder();
    Part whole = builder.build(regex);
    return new RegexAutomaton(builder, whole);
  }

  /** Whether the whole range matches. */
  boolean matches(byte[] bytes, int from, int to) {
    if (from == to) {
      return empty;
    }
    long states = first & accepts[bytes[from] & 0xff];
    for (int i = from + 1; i < to && states != 0; i++) {
      long next = 0;
      for (long rest = states; rest != 0; rest &= rest - 1) {
        next |= follow[Long.numberOfTrailingZeros(rest)];
      }
      states = next & accepts[bytes[i] & 0xff];
    }
    return (states & last) != 0;
  }

  /** Where a part of the expression may begin and end, and whether it may be left out. */
  private record Part(long first, long last, boolean empty) {
    static final Part NOTHING = new Part(0, 0, true);
  }

  private static final class Builder {
    private final long[] accepts = new long[256];
    private final long[] follow = new long[POSITIONS];
    private int positions;
    private int parts;

    Part build(Regex regex) {
      if (++parts > PARTS) {
        throw tooLong();
      }
      return switch (regex) {
        case Regex.Bytes bytes -> position(bytes.set());
        case Regex.Sequence sequence -> sequence(sequence.parts());
        case Regex.Either either -> either(either.choices());
        case Regex.Repeat repeat -> repeat(repeat);
      };
    }

    private static IllegalArgumentException tooLong() {
      return new IllegalArgumentException(
          "the expression has more than "
              + POSITIONS
              + " places, repetitions written out: use a list of shorter ones");
    }

    private Part position(BitSet set) {
      if (positions == POSITIONS) {
        throw tooLong();
      }
      long bit = 1L << positions++;
      set.stream().forEach(b -> accepts[b] |= bit);
      return new Part(bit, bit, false);
    }

    private Part sequence(List<Regex> parts) {
      Part whole = Part.NOTHING;
      for (Regex part : parts) {
        whole = join(whole, build(part));
      }
      return whole;
    }

    private Part join(Part left, Part right) {
      link(left.last(), right.first());
      return new Part(
          left.empty() ? left.first() | right.first() : left.first(),
          right.empty() ? left.last() | right.last() : right.last(),
          left.empty() && right.empty());
    }

    private void link(long from, long to) {
      for (long rest = from; rest != 0; rest &= rest - 1) {
        follow[Long.numberOfTrailingZeros(rest)] |= to;
      }
    }

    private Part either(List<Regex> choices) {
      Part whole = new Part(0, 0, false);
      for (Regex choice : choices) {
        Part part = build(choice);
        whole =
            new Part(
                whole.first() | part.first(),
                whole.last() | part.last(),
                whole.empty() || part.empty());
      }
      return whole;
    }

    private Part repeat(Regex.Repeat repeat) {
      Part whole = Part.NOTHING;
      boolean unbounded = repeat.most() == Regex.Repeat.UNBOUNDED;
      int copies = unbounded ? Math.max(1, repeat.least()) : repeat.most();
      for (int i = 1; i <= copies; i++) {
        Part part = build(repeat.part());
        if (unbounded && i == copies) {
          link(part.last(), part.first());
        }
        whole = join(whole, i > repeat.least() ? new Part(part.first(), part.last(), true) : part);
      }
      return whole;
    }
  }
}
