// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import io.fairlead.pool.BackendUri;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A pool to be. Owned by the main thread. */
final class PoolDraft {
  final String name;
  final ImportNotes notes = new ImportNotes();
  final List<BackendDraft> backends = new ArrayList<>();
  String balance = "";
  String hashKey = "";
  String resource = "";
  boolean checked = true;
  private final Set<String> names = new HashSet<>();
  private final Set<String> places = new HashSet<>();

  PoolDraft(String name) {
    this.name = name;
  }

  /**
   * Adds a backend, under a name of its own.
   *
   * @return false when there is one at its place already
   */
  boolean add(BackendDraft backend) {
    String place = place(backend.address);
    if (!places.add(place)) {
      return false;
    }
    if (!backend.name.isEmpty()) {
      String wanted = backend.name;
      for (int i = 2; !names.add(backend.name); i++) {
        backend.name = wanted + "-" + i;
      }
    }
    backends.add(backend);
    return true;
  }

  private static String place(BackendAddress address) {
    BackendUri uri = BackendUri.parse(address.uri());
    return uri.hostPort().toLowerCase(Locale.ROOT) + ";" + address.transport();
  }
}
