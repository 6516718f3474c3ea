// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A backend to be. Owned by the main thread. */
final class BackendDraft {
  final BackendAddress address;
  final ImportNotes notes;
  final Map<String, Integer> resources = new TreeMap<>();
  String name = "";
  int weight = 1;
  int priority = 1;
  int maxCalls;
  @Nullable Socket socket;

  /**
   * The event socket of a FreeSWITCH.
   *
   * @param host where it is; empty for where calls go to
   * @param secret the name of the file that is to hold the password
   */
  record Socket(String host, int port, String secret) {}

  BackendDraft(BackendAddress address, ImportNotes notes) {
    this.address = address;
    this.notes = notes;
  }
}
