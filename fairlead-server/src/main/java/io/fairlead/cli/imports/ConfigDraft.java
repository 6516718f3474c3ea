// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.LinkedHashMap;
import java.util.Map;

/** A configuration to be: pools, and what is said of the whole. Owned by the main thread. */
final class ConfigDraft {
  final ImportNotes notes = new ImportNotes();
  final Map<String, PoolDraft> pools = new LinkedHashMap<>();

  /** The pool of that name, made when it is not there yet. */
  PoolDraft pool(String name) {
    return pools.computeIfAbsent(name, PoolDraft::new);
  }

  /** Pools without backends cannot be: they leave a note. */
  void dropEmpty() {
    pools
        .values()
        .removeIf(pool -> {
          boolean empty = pool.backends.isEmpty();
          if (empty) {
            notes.dropped(pool.name + ", which has no backend that can be reached");
            pool.notes.all().forEach(notes::add);
          }
          return empty;
        });
  }
}
