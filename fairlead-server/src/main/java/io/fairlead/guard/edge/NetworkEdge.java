// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.hiding.HidingRules;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.guard.trust.TrustRules;
import io.fairlead.guard.trust.TrustSettings;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where messages cross from one side to another. Within, everything knows the inside alone: what
 * comes is put back before its loop is looked for, what leaves is changed behind the transactions,
 * as its last step. So nothing that a message can be (a request of a dialog or none, an answer, a
 * refusal, a copy, what Fairlead itself begins) goes past it, and no table is kept.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class NetworkEdge {
  private static final EdgeRules NOTHING = new EdgeRules(null, null);

  private final ThreadLocal<EdgeMessages> messages;
  private volatile EdgeRules rules = NOTHING;
  private volatile @Nullable OutboundFlows within;

  /** Seals with the keys of the cluster. */
  public NetworkEdge(CookieKeys keys) {
    messages = ThreadLocal.withInitial(() -> new EdgeMessages(keys, this::within));
  }

  /**
   * The way out for all that Fairlead sends, over another one.
   *
   * @param hiding from whom the inside is hidden; null for nobody
   * @param trust what is believed of whom; null where all are trusted
   */
  public OutboundFlows over(
      OutboundFlows wire, @Nullable HidingSettings hiding, @Nullable TrustSettings trust) {
    OutboundFlows flows = new EdgeFlows(wire, this);
    within = flows;
    reload(hiding, trust);
    return flows;
  }

  private OutboundFlows within() {
    return Objects.requireNonNull(within, "messages come when there is a way out");
  }

  /** Takes over other settings. Any thread. */
  public void reload(@Nullable HidingSettings hiding, @Nullable TrustSettings trust) {
    OutboundFlows flows = within;
    List<Listener> all = flows == null ? List.of() : flows.listeners();
    rules = new EdgeRules(HidingRules.of(hiding, all), TrustRules.of(trust, all));
  }

  /** The flow as everything within knows it. */
  public Flow flow(Flow outer) {
    return rules.concern(outer.listener()) ? new EdgeFlow(outer, this) : outer;
  }

  /**
   * Changes a message that came by a flow.
   *
   * @param flow as the wire knows it
   */
  public Arrival incoming(Flow flow, byte[] bytes, int from, int to) {
    EdgeRules current = rules;
    return current.concern(flow.listener())
        ? messages.get().incoming(current, flow, bytes, from, to)
        : Arrival.UNCHANGED;
  }

  /** The message that came last on this thread, where it was changed; until the next one comes. */
  public SipWriter read() {
    return messages.get().read();
  }

  /** Sends a message by a flow as the wire knows it. */
  void send(Flow outer, byte[] bytes, int from, int to) {
    EdgeRules current = rules;
    SipWriter text =
        current.concern(outer.listener())
            ? messages.get().outgoing(current, outer, bytes, from, to)
            : null;
    if (text == null) {
      outer.send(bytes, from, to);
    } else {
      outer.send(text.bytes(), 0, text.length());
    }
  }
}
