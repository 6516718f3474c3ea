// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.DialogSide;
import io.fairlead.dialog.NatDetection;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OwnHostNames;
import org.jspecify.annotations.Nullable;

/**
 * What our Record-Route must know of the one who begins a dialog, beside its Contact: the flow it
 * speaks by, when that is the only way to it (RFC 5626 §5.3), or the second choice (RFC 3261
 * §12.2.1.1: the Contact comes first).
 *
 * <p>Owned by one loop.
 */
final class RecordRouteFlow {
  private final OwnHostNames ours;
  private final LocationLookup location;
  private final NameAddr element = new NameAddr();
  private final SipUri contact = new SipUri();

  RecordRouteFlow(OwnHostNames ours, LocationLookup location) {
    this.ours = ours;
    this.location = location;
  }

  /**
   * The side of the sender of a request.
   *
   * @return null when its Contact, or the proxy it came by, is all that is needed
   */
  @Nullable DialogSide of(SipRequest r, Flow in) {
    if (!r.has(HeaderName.CONTACT) || !NatDetection.isDirect(r)) {
      return null;
    }
    if (!read(r) || !contact.isSip()) {
      return new DialogSide(in, location.device(r, in));
    }
    return NatDetection.isSource(contact, in)
        ? null
        : new DialogSide(in, location.device(r, in), !needs(r, in));
  }

  /** True when only that flow reaches the sender of a request, which came by it directly. */
  boolean needsFlow(SipRequest r, Flow in) {
    return r.has(HeaderName.CONTACT)
        && (!read(r) || !contact.isSip() || !NatDetection.isSource(contact, in) && needs(r, in));
  }

  // A Contact that names us would come back to us.
  private boolean needs(SipRequest r, Flow in) {
    return in.transport().reliable()
        || NatDetection.between(in, r, contact, false)
        || ours.is(contact);
  }

  private boolean read(SipRequest r) {
    int header = r.first(HeaderName.CONTACT);
    return element.parse(r.bytes(), r.valueStart(header), r.valueEnd(header))
        && contact.parse(r.bytes(), element.uriFrom(), element.uriTo());
  }
}
