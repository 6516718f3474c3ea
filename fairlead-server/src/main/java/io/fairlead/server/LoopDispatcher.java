// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipProblem;
import io.fairlead.sip.SipUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Bindings;
import io.fairlead.transport.Flow;
import io.fairlead.transport.FlowListener;
import org.jspecify.annotations.Nullable;

/**
 * Gives what the wires bring to the {@code InboundMessages} of the loop that read it, and says
 * which loop owns a call or a registration.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class LoopDispatcher implements FlowListener {
  private final InboundMessages[] inbounds;
  private final SipHash owner;
  private final Bindings bindings;

  /**
   * @param owner says whose loop a call is; the key is nobody else's
   * @param bindings say whose loop a registration is
   */
  LoopDispatcher(int loops, SipHash owner, Bindings bindings) {
    this.inbounds = new InboundMessages[loops];
    this.owner = owner;
    this.bindings = bindings;
  }

  /** Where the messages of a loop go; each loop once, before the first message. */
  void serve(InboundMessages inbound) {
    inbounds[inbound.loop().index()] = inbound;
  }

  private InboundMessages here() {
    for (int i = 0; i < inbounds.length - 1; i++) {
      if (inbounds[i].loop().inLoop()) {
        return inbounds[i];
      }
    }
    return inbounds[inbounds.length - 1];
  }

  @Override
  public void onMessage(Flow flow, byte[] bytes, int from, int to) {
    here().onMessage(flow, bytes, from, to);
  }

  @Override
  public void onBroken(Flow flow, byte[] bytes, int from, int to, SipProblem problem) {
    here().onBroken(flow, bytes, from, to, problem);
  }

  @Override
  public void onUndeliverable(Flow flow, byte[] bytes, int from, int to, String why) {
    here().onUndeliverable(flow, bytes, from, to, why);
  }

  @Override
  public void onClosed(Flow flow, String why) {
    for (InboundMessages inbound : inbounds) {
      inbound.loop().execute(() -> inbound.onClosed(flow, why));
    }
  }

  /** The messages of the loop that owns the call with that Call-ID. */
  InboundMessages ofCall(byte[] bytes, int from, int to) {
    return inbounds.length == 1
        ? inbounds[0]
        : inbounds[(int) Long.remainderUnsigned(owner.hash(bytes, from, to), inbounds.length)];
  }

  /** The messages of the loop that owns the address of record in a REGISTER's To. */
  InboundMessages ofRegistration(SipMessage register) {
    if (inbounds.length == 1) {
      return inbounds[0];
    }
    // One URI for all loops would be shared; one for each is not worth its place.
    SipUri to = new SipUri();
    AddressOfRecord aor =
        to.parse(register.bytes(), register.toUriFrom(), register.toUriTo())
            ? AddressOfRecord.of(to)
            : null;
    return aor == null
        ? ofCall(register.bytes(), register.callIdFrom(), register.callIdTo())
        : inbounds[bindings.owner(aor)];
  }

  /** The messages of the loop with that number; null when there is none. */
  @Nullable InboundMessages ofLoop(int index) {
    return index < inbounds.length ? inbounds[index] : null;
  }
}
