// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.List;
import java.util.function.Consumer;

/**
 * All bindings of all addresses of record. Reading is local and never waits; changing is for the
 * loop that {@linkplain #owner owns} the address of record, so a registration needs no lock. What
 * has expired is not shown, even before it is removed. Shared: see docs/ownership.md.
 */
public interface Bindings {
  /** Hears of every change, on the owner's loop, after it was made. */
  interface Observer {
    /**
     * A binding ended other than by a REGISTER that removed or replaced it.
     *
     * @param why in words, for logs and events: {@code expired}, {@code unanswered}
     */
    void onGone(AddressOfRecord aor, Binding binding, String why);
  }

  /** The index of the loop that alone may change the bindings of the address of record. */
  int owner(AddressOfRecord aor);

  /**
   * The bindings that hold, the one renewed last first; from any loop.
   *
   * @param nowMs epoch milliseconds
   */
  List<Binding> of(AddressOfRecord aor, long nowMs);

  /** True when {@link #of} is not empty; allocates nothing. */
  boolean has(AddressOfRecord aor, long nowMs);

  /**
   * Stores a binding: a new one when its id is 0, else in place of the one with that id.
   *
   * @return its id; 0 when there is no room: the table holds as many as it may, or its memory is
   *     used up, or the binding is longer than 16 KiB. Nothing has changed then. For the sender,
   *     503 with Retry-After.
   */
  long put(AddressOfRecord aor, Binding binding);

  /**
   * Renews the only binding of an address of record, for a REGISTER that says nothing new: over the
   * same flow, with the same Contact, Path, device and Call-ID and a higher CSeq. Cheaper than
   * reading and storing it, and the same to everybody else.
   *
   * @return false when it is not so; nothing has changed then
   */
  boolean renew(AddressOfRecord aor, BindingDraft said, Binding.Renewal renewal);

  /** Removes the binding with that id, if it is there. */
  void remove(AddressOfRecord aor, long id);

  /** How many bindings there are, the expired that were not swept yet included. */
  long size();

  /** How many addresses of record have any. */
  long addresses();

  /**
   * Shows every binding that holds, in no order; what changes meanwhile may be seen or not. From
   * any thread that may take its time.
   */
  void forEach(long nowMs, Visitor visitor);

  /** Is shown bindings. */
  interface Visitor {
    /** One of them. */
    void visit(AddressOfRecord aor, Binding binding);
  }

  /**
   * Calls back for bindings that are due, on their owner's loop: keepalives and expiry. A binding
   * is due when it is new (stored with id 0, or brought by a keeper), when it expires and at the
   * time given to {@link Due#again}; it is shown once and must be given a new time. A renewal
   * leaves that time as it is, and is a sign of life; one over another flow makes the binding new.
   *
   * @param loop the calling loop's index
   * @param limit show no more than this many now
   * @return how many were shown
   */
  int sweep(int loop, long nowMs, int limit, Consumer<Due> visitor);

  /** A binding that is due, borrowed until the visitor returns. */
  interface Due {
    AddressOfRecord aor();

    Binding binding();

    /** True when it has expired; it is removed when the visitor returns. */
    boolean expired();

    /** Keepalives sent since the last sign of life; -1 when it was never shown. */
    int unanswered();

    /**
     * When it is due next.
     *
     * @param unanswered keepalives without a sign of life, this one included
     */
    void again(long atMs, int unanswered);

    /** Ends the binding. */
    void end();
  }

  /**
   * A sign of life came for a binding: no keepalive is unanswered. On the owner's loop.
   *
   * @param rttMs time from the keepalive to its answer, -1 when not measured
   * @return false when there is no such binding
   */
  boolean alive(AddressOfRecord aor, long id, int rttMs);
}
