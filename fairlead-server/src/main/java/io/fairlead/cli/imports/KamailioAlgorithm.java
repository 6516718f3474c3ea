// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import org.jspecify.annotations.Nullable;

/** The algorithms of {@code ds_select_dst} and what comes near them here. Immutable. */
enum KamailioAlgorithm {
  CALL_ID(0, "hash", "call-id", ""),
  FROM_URI(1, "hash", "from-user", "only the user of From counts, not its host"),
  TO_URI(2, "hash", "to-user", "only the user of To counts, not its host"),
  REQUEST_URI(3, "hash", "request-user", "only the user of the request-URI counts, not its host"),
  ROUND_ROBIN(4, "round-robin", "", ""),
  AUTH_USER(5, "hash", "from-user", "the user of From counts; the one who authenticates does not"),
  RANDOM(6, "random", "", ""),
  VARIABLE(7, "hash", "call-id", "not taken over: hash_pvar; its text cannot be seen here"),
  SERIAL(8, "priority", "", ""),
  WEIGHT(9, "round-robin", "", "weights are shares of their sum here, not percents"),
  CALL_LOAD(10, "least-calls", "", ""),
  RELATIVE_WEIGHT(11, "round-robin", "", ""),
  PARALLEL(12, "fanout", "", ""),
  LATENCY(13, "latency", "", ""),
  ROUND_ROBIN_OR_SERIAL(14, "round-robin", "", "equal priorities take turns, others follow"),
  PRIORITY_WEIGHT(15, "round-robin", "", ""),
  OVERLOAD(64, "round-robin", "", "not taken over: overload control (ocrate); see max-cps");

  private final int number;
  private final String balance;
  private final String hashKey;
  private final String note;

  KamailioAlgorithm(int number, String balance, String hashKey, String note) {
    this.number = number;
    this.balance = balance;
    this.hashKey = hashKey;
    this.note = note;
  }

  /** The one of that number, or null. */
  static @Nullable KamailioAlgorithm of(int number) {
    for (KamailioAlgorithm each : values()) {
      if (each.number == number) {
        return each;
      }
    }
    return null;
  }

  void choose(PoolDraft pool) {
    pool.balance = balance;
    pool.hashKey = hashKey;
    if (!note.isEmpty()) {
      pool.notes.add(note);
    }
  }

  boolean serial() {
    return this == SERIAL || this == ROUND_ROBIN_OR_SERIAL;
  }

  /** True when it draws by the relative weights. */
  boolean relative() {
    return this == RELATIVE_WEIGHT;
  }

  /** True when it draws by the weights. */
  boolean weighs() {
    return this == WEIGHT || this == PRIORITY_WEIGHT;
  }
}
