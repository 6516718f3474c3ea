// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.loop.Loop;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the chains of one loop, and has those of dialogs whose call began elsewhere.
 *
 * <p>Owned by one loop.
 */
public final class FilterChains {
  private final Loop loop;
  private final List<FilterFactory> factories;
  private final int maxWaiting;
  private final Counter late;
  private final Counter crowded;
  private final Edit edit = new Edit();
  private final Long2ObjectHashMap<FilterChain> adopted = new Long2ObjectHashMap<>();
  private CallEnding ending = (chain, cause, reason) -> {};
  private SessionRenegotiator renegotiator =
      (chain, offerer, deadlineNs, then) -> then.onEnd(RenegotiationListener.Outcome.NO_OFFER);
  private int asking;

  /**
   * @param factories in the order in which a message from the caller meets their filters
   * @param maxWaiting how many messages wait in one direction of one dialog
   */
  public FilterChains(Loop loop, List<FilterFactory> factories, int maxWaiting, Meters meters) {
    this.loop = loop;
    this.factories = List.copyOf(factories);
    this.maxWaiting = maxWaiting;
    this.late = meters.counter(Meter.FILTER_DEADLINES);
    this.crowded = meters.counter(Meter.FILTER_OVERFLOWS);
    int taken = 0;
    for (FilterFactory factory : this.factories) {
      int mask = factory.mask();
      if (mask == 0 || (mask & ~0xff) != 0 || (mask & taken) != 0) {
        throw new IllegalArgumentException("bits of filters: " + Integer.toBinaryString(mask));
      }
      taken |= mask;
    }
  }

  /** Says who ends calls, and who has parties agree anew; once, before the first call. */
  public void serve(CallEnding newEnding, SessionRenegotiator newRenegotiator) {
    ending = newEnding;
    renegotiator = newRenegotiator;
  }

  /**
   * The chain of a call that begins.
   *
   * @param bits what it needs
   * @return null when it needs none
   */
  public @Nullable FilterChain open(int bits, ChainOwner call) {
    if (bits == 0) {
      return null;
    }
    FilterChain chain = new FilterChain(this, call, 0, 0);
    CallFilter[] filters = make(bits, chain);
    return filters.length == 0 ? null : chain.of(filters);
  }

  /**
   * The chain of a dialog whose call is not known here; its filters are made when it gets a
   * message.
   *
   * @param dialog a hash of Call-ID and both tags, never 0
   * @param bits what its cookie says
   */
  public FilterChain adopt(long dialog, int bits) {
    FilterChain known = adopted.get(dialog);
    return known != null ? known : new FilterChain(this, null, dialog, bits);
  }

  CallFilter[] make(int bits, FilterChain chain) {
    List<CallFilter> filters = new ArrayList<>(factories.size());
    for (FilterFactory factory : factories) {
      int own = bits & factory.mask();
      CallFilter filter = own == 0 ? null : factory.make(own, chain);
      if (filter != null) {
        filters.add(filter);
      }
    }
    return filters.toArray(new CallFilter[0]);
  }

  /** How many dialogs of other nodes have a chain here. */
  public int adopted() {
    return adopted.size();
  }

  // ---- for chains ----

  Loop loop() {
    return loop;
  }

  int maxWaiting() {
    return maxWaiting;
  }

  /** One for all: it is empty again before the next message is looked at. */
  Edit edit() {
    return edit;
  }

  /** Filters are asked from now on, or no more. */
  void asking(int more) {
    asking += more;
  }

  /** True while a filter is asked about some message. */
  boolean isAsking() {
    return asking > 0;
  }

  void late() {
    late.add();
  }

  void crowded() {
    crowded.add();
  }

  /** Keeps it. False when the dialog has another one by now. */
  boolean remember(long dialog, FilterChain chain) {
    FilterChain known = adopted.putIfAbsent(dialog, chain);
    return known == null || known == chain;
  }

  void forget(long dialog, FilterChain chain) {
    adopted.remove(dialog, chain);
  }

  void end(FilterChain chain, RefusalCause cause, String reason) {
    ending.end(chain, cause, reason);
  }

  void renegotiate(
      FilterChain chain, Party offerer, long deadlineNs, RenegotiationListener listener) {
    renegotiator.renegotiate(chain, offerer, deadlineNs, listener);
  }
}
