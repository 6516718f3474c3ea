// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/** Where one branch of a request to a phone goes, and what is written for it. Immutable. */
sealed interface BranchDestination {
  /** The request-URI to write; null to leave it as it is. */
  byte @Nullable [] target();

  /** Appends the Route headers it needs. */
  void routes(SipWriter text);

  /** True when requests inside the dialog must take the same flow. */
  boolean byFlow();

  /** What the call log calls it. */
  String title();

  /**
   * The flow that a token names.
   *
   * @param flow where it leads; null when it is gone
   * @param byFlow it leads elsewhere than the request-URI
   */
  record Named(@Nullable Flow flow, boolean byFlow) implements BranchDestination {
    @Override
    public byte @Nullable [] target() {
      return null;
    }

    @Override
    public void routes(SipWriter text) {}

    @Override
    public String title() {
      return flow == null ? "gone" : LocationLookup.title(flow.transport().name(), flow.remote());
    }
  }

  /**
   * The node that the user belongs to.
   *
   * @param node which
   * @param route the value of the Route header
   */
  record Elsewhere(PeerNodes.Node node, byte[] route) implements BranchDestination {
    @Override
    public byte @Nullable [] target() {
      return null;
    }

    @Override
    public void routes(SipWriter text) {
      text.put("Route: ").put(route).line();
    }

    @Override
    public boolean byFlow() {
      return false;
    }

    @Override
    public String title() {
      return node.hostPort();
    }
  }

  /**
   * A binding of an address of record.
   *
   * @param binding which
   * @param target its Contact without what a request-URI may not have
   * @param route the values of the Route header, empty for none: another node, and its Path
   * @param byFlow the device itself can be reached by its flow only
   */
  record Bound(Binding binding, byte[] target, byte[] route, boolean byFlow)
      implements BranchDestination {
    @Override
    public void routes(SipWriter text) {
      if (route.length > 0) {
        text.put("Route: ").put(route).line();
      }
    }

    /** The same by the flow it registered over, though its Contact is another place. */
    Bound overFlow() {
      return new Bound(binding, target, route, true);
    }

    @Override
    public String title() {
      return LocationLookup.title(binding.origin().transport(), binding.origin().remote());
    }
  }
}
