// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import org.jspecify.annotations.Nullable;

/**
 * Keeps bindings beyond this process: in a file, or in a store that several nodes share. Shared:
 * see docs/ownership.md.
 */
public interface BindingStore extends AutoCloseable {
  /** Takes what a keeper has: into the table, on whatever thread the keeper uses. */
  interface Sink {
    /** This binding is kept, or was made or changed by another node. */
    void put(AddressOfRecord aor, Binding binding);

    /** Another node removed the binding with that id. */
    void remove(AddressOfRecord aor, long id);

    /**
     * Shows every binding the table has now, the expired included, in no order: for a keeper that
     * must write everything again. What changes meanwhile may be seen or not; a keeper hears of it
     * by {@link BindingStore#changed}. From the keeper's own thread.
     */
    void records(Records visitor);
  }

  /** Is shown bindings as {@link BindingCodec} writes them. */
  interface Records {
    /** One of them, from the first byte; borrowed until the method returns. */
    void record(byte[] bytes, int length);
  }

  /**
   * Shows all that is kept, before traffic is taken; from then on what other nodes change goes to
   * the same sink.
   */
  void open(Sink sink);

  /**
   * A change was made here, on the owner's loop. Never blocks and never throws: what cannot be kept
   * now is kept later, and counted. What expires is not told: a keeper sees that for itself, and
   * one whose news are old must not remove what another node has renewed.
   *
   * @param binding the new state, or null when the binding with that id was removed
   */
  void changed(AddressOfRecord aor, long id, @Nullable Binding binding);

  /**
   * As {@link #changed}, of a binding that was made or changed.
   *
   * @param record as {@link BindingCodec} writes it, from the first byte; borrowed until the method
   *     returns
   */
  default void stored(byte[] record, int length) {
    BindingCodec.Entry entry = BindingCodec.read(record, 0, length);
    if (entry == null) {
      throw new IllegalStateException("a record of the table cannot be read");
    }
    changed(entry.aor(), entry.binding().id(), entry.binding());
  }

  /** Writes what is left and ends. */
  @Override
  void close();
}
