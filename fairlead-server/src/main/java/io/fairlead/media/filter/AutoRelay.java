// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.NatDetection;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.media.filter.MediaFilterFactory.MediaTools;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.NetAddress;
import io.fairlead.sdp.SessionBody;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call with {@code media: auto} is relayed, at each attempt, when it is known where the
 * INVITE goes. Relayed it is when
 *
 * <ol>
 *   <li>the networks of the two listeners have different names, or one side speaks IPv4 and the
 *       other IPv6;
 *   <li>the callee is a registered device that only the flow of its registration reaches, since it
 *       was seen behind NAT;
 *   <li>the caller is behind NAT: its Via or Contact is not where the INVITE comes from ({@link
 *       NatDetection}), or its description names a private address and the INVITE comes from a
 *       public one. Where another proxy stands between, a private address in Contact or description
 *       counts when that proxy's is public.
 * </ol>
 *
 * <p>An offer with ICE (RFC 8445) is relayed for the first reason only: ICE finds its own way
 * through NAT, and a relay would be in its way.
 *
 * <p>Immutable.
 */
final class AutoRelay {
  private AutoRelay() {}

  /** True when the media of the call must go over a relay. */
  static boolean needed(CallMessage invite, MediaTools tools) {
    Flow in = invite.in();
    Flow out = invite.out();
    InetAddress source = in.remote().getAddress();
    if (!in.listener().network().equals(out.listener().network())
        || source.getClass() != out.remote().getAddress().getClass()) {
      return true;
    }
    SessionDescription offer = offer(invite, tools);
    if (offer != null && hasIce(offer)) {
      return false;
    }
    return invite.byFlow()
        || isBehindNat((SipRequest) invite.sip(), in)
        || offer != null && !NatDetection.isPrivate(source) && isPrivate(offer);
  }

  private static @Nullable SessionDescription offer(CallMessage invite, MediaTools tools) {
    SessionBody body = tools.body();
    if (body.find(invite.sip()) != SessionBody.Kind.FOUND) {
      return null;
    }
    SessionDescription read = tools.parser().parse(invite.sip().bytes(), body.from(), body.to());
    return read.problem() == null ? read : null;
  }

  private static boolean hasIce(SessionDescription offer) {
    boolean ice = offer.has(Attribute.ICE_UFRAG);
    for (int i = 0; i < offer.media(); i++) {
      ice |= offer.media(i).has(Attribute.ICE_UFRAG);
    }
    return ice;
  }

  private static boolean isBehindNat(SipRequest invite, Flow in) {
    int header = invite.first(HeaderName.CONTACT);
    NameAddr element = new NameAddr();
    SipUri contact = new SipUri();
    if (header < 0
        || !element.parse(invite.bytes(), invite.valueStart(header), invite.valueEnd(header))
        || !contact.parse(invite.bytes(), element.uriFrom(), element.uriTo())) {
      return false;
    }
    if (NatDetection.isDirect(invite)) {
      return NatDetection.between(in, invite, contact, false);
    }
    return NatDetection.isPrivate(contact) && !NatDetection.isPrivate(in.remote().getAddress());
  }

  // A name is not looked up.
  private static boolean isPrivate(SessionDescription offer) {
    for (int i = 0; i < offer.media(); i++) {
      NetAddress at = offer.media(i).connection();
      InetAddress address =
          !offer.media(i).refused() && at.present() && !at.unspecified()
              ? IpLiteralParser.address(offer.bytes(), at.from(), at.to())
              : null;
      if (address != null && NatDetection.isPrivate(address)) {
        return true;
      }
    }
    return false;
  }
}
