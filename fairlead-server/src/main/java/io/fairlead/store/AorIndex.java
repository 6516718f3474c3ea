// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

/**
 * From the hash of an address of record to the first row of its bindings: open addressing, in many
 * small tables, each of which grows for itself, so that no growth takes long.
 *
 * <p>Owned by one loop; others read what {@link BindingShard} lets them.
 */
final class AorIndex {
  private static final int TABLES_SHIFT = 6;
  private static final int FIRST_SIZE = 16;

  // Tag in the upper half, row + 1 in the lower; 0 is free. In the heap: growing gives an old
  // table to the garbage collector, which knows whether somebody still reads it.
  private final long[][] tables = new long[1 << TABLES_SHIFT][FIRST_SIZE];
  private final int[] counts = new int[1 << TABLES_SHIFT];

  /** What is kept of a hash. */
  static int tag(long hash) {
    return (int) (hash >>> 32);
  }

  /** The table a tag is in; it may be an old one to who is not its owner. */
  long[] table(int tag) {
    return tables[tag >>> Integer.SIZE - TABLES_SHIFT];
  }

  /** Where to look first. */
  static int start(long[] table, int tag) {
    return tag & table.length - 1;
  }

  /** The row in an entry with that tag; -1 when it has another, -2 when it is free. */
  static int row(long entry, int tag) {
    if (entry == 0) {
      return -2;
    }
    return (int) (entry >>> 32) == tag ? (int) entry - 1 : -1;
  }

  void add(int tag, int row) {
    int which = tag >>> Integer.SIZE - TABLES_SHIFT;
    long[] table = tables[which];
    if (4 * (counts[which] + 1) > 3 * table.length) {
      long[] wider = new long[2 * table.length];
      for (long entry : table) {
        if (entry != 0) {
          place(wider, entry);
        }
      }
      tables[which] = wider;
      table = wider;
    }
    place(table, entry(tag, row));
    counts[which]++;
  }

  private static void place(long[] table, long entry) {
    int at = start(table, (int) (entry >>> 32));
    while (table[at] != 0) {
      at = at + 1 & table.length - 1;
    }
    table[at] = entry;
  }

  /** Puts another row in the place of one. */
  void replace(int tag, int row, int next) {
    table(tag)[find(tag, row)] = entry(tag, next);
  }

  void remove(int tag, int row) {
    long[] table = table(tag);
    int hole = find(tag, row);
    int mask = table.length - 1;
    // What would not be found past the hole moves into it.
    for (int at = hole + 1 & mask; table[at] != 0; at = at + 1 & mask) {
      int home = start(table, (int) (table[at] >>> 32));
      if ((at - home & mask) >= (at - hole & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = 0;
    counts[tag >>> Integer.SIZE - TABLES_SHIFT]--;
  }

  private int find(int tag, int row) {
    long[] table = table(tag);
    long wanted = entry(tag, row);
    int at = start(table, tag);
    while (table[at] != wanted) {
      at = at + 1 & table.length - 1;
    }
    return at;
  }

  private static long entry(int tag, int row) {
    return (long) tag << 32 | row + 1;
  }
}
