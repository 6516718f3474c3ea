// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.FlowToken;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import org.jspecify.annotations.Nullable;

/**
 * What the Route headers of a request say (RFC 3261 §16.4): ours are taken off, the cookie in them
 * is read, and what a strict router left in the request-URI is put right. Reads only; {@link
 * #apply} makes the edits.
 *
 * <p>Owned by one loop: one object reads request after request.
 */
final class RouteSet {
  /** What our own Route told. */
  enum Cookie {
    /** No Route of ours, or one without a cookie: preloaded. */
    ABSENT,
    /** Ours, and sealed for this call. */
    VALID,
    /** A cookie or flow token that does not verify. */
    REFUSED,
    /** Names a flow: the request goes there and nowhere else (RFC 5626 §5.3). */
    FLOW
  }

  private static final int MAX_OWN = 8;

  private final OwnHeaders self;
  private final RouteCookie cookie;
  private final FlowToken token;
  private final NameAddr element = new NameAddr();
  private final SipUri own = new SipUri();
  private final SipUri next = new SipUri();
  private final SipUri target = new SipUri();
  private final int[] cutFrom = new int[MAX_OWN + 1];
  private final int[] cutTo = new int[MAX_OWN + 1];
  private int cuts;
  private Cookie found = Cookie.ABSENT;
  private boolean repaired;
  private boolean hasNext;
  private int nextElementFrom;
  private int nextElementTo;
  private int nextHeader;
  private int cookieFrom;
  private int cookieTo;
  private @Nullable Listener leaveBy;
  private boolean broken;
  private @Nullable SipRequest last;

  RouteSet(OwnHeaders self, RouteCookie cookie, FlowToken token) {
    this.self = self;
    this.cookie = cookie;
    this.token = token;
  }

  /**
   * As {@link #read}, for a kept request, which cannot change: what was read last need not be read
   * again.
   */
  boolean readKept(SipRequest kept) {
    return last == kept ? !broken : read(kept);
  }

  /**
   * Reads the Route headers of a request.
   *
   * @return false when a Route breaks the grammar
   */
  boolean read(SipRequest r) {
    last = r;
    cuts = 0;
    found = Cookie.ABSENT;
    repaired = false;
    hasNext = false;
    leaveBy = null;
    broken = false;
    target.parse(r.bytes(), r.uriFrom(), r.uriTo());
    repairStrict(r);
    popOwn(r);
    return !broken;
  }

  // A strict router moved our Route into the request-URI and the real target to the end of the
  // Route set.
  private void repairStrict(SipRequest r) {
    byte[] bytes = r.bytes();
    int last = r.last(HeaderName.ROUTE);
    if (last < 0 || !target.hasUser() || !self.names().is(target)) {
      return;
    }
    Cookie told = told(target, r);
    if (told != Cookie.VALID && told != Cookie.FLOW) {
      return;
    }
    int from = r.valueStart(last);
    int lastFrom = from;
    int previousEnd = -1;
    while (from >= 0) {
      if (!element.parse(bytes, from, r.valueEnd(last))) {
        broken = true;
        return;
      }
      lastFrom = from;
      from = element.nextElement(r.valueEnd(last));
      previousEnd = from >= 0 ? element.end() : previousEnd;
    }
    found = told;
    repaired = true;
    leaveBy = self.names().listener(target);
    target.parse(bytes, element.uriFrom(), element.uriTo());
    boolean alone = lastFrom == r.valueStart(last);
    cut(alone ? r.lineStart(last) : previousEnd, alone ? r.lineEnd(last) : r.valueEnd(last));
  }

  private void popOwn(SipRequest r) {
    byte[] bytes = r.bytes();
    for (int header = r.first(HeaderName.ROUTE);
        header >= 0;
        header = r.next(HeaderName.ROUTE, header)) {
      if (repaired && cutFrom[0] == r.lineStart(header)) {
        return;
      }
      int until = repaired && cutTo[0] == r.valueEnd(header) ? cutFrom[0] : r.valueEnd(header);
      int from = r.valueStart(header);
      while (from >= 0) {
        if (!element.parse(bytes, from, until) || !parse(own, bytes)) {
          broken = true;
          return;
        }
        if (cuts >= MAX_OWN || !self.names().is(own)) {
          rest(r, header, from, until);
          return;
        }
        ours(r);
        from = element.nextElement(until);
      }
      cut(r.lineStart(header), r.lineEnd(header));
    }
  }

  private boolean parse(SipUri uri, byte[] bytes) {
    return uri.parse(bytes, element.uriFrom(), element.uriTo());
  }

  private void ours(SipRequest r) {
    byte[] bytes = r.bytes();
    leaveBy = self.names().listener(own);
    if (own.hasUser() && found != Cookie.VALID && found != Cookie.FLOW) {
      found = told(own, r);
    }
  }

  // A URI of ours with a user: what that user part says.
  private Cookie told(SipUri uri, SipRequest r) {
    byte[] bytes = r.bytes();
    cookieFrom = uri.userFrom();
    cookieTo = uri.userTo();
    return switch (token.read(bytes, uri.userFrom(), uri.userTo())) {
      case VALID -> Cookie.FLOW;
      case FORGED -> Cookie.REFUSED;
      case ABSENT ->
          cookie.read(bytes, uri.userFrom(), uri.userTo(), r) ? Cookie.VALID : Cookie.REFUSED;
    };
  }

  // The first Route that is not ours: the next hop.
  private void rest(SipRequest r, int header, int from, int until) {
    if (from > r.valueStart(header)) {
      cut(r.valueStart(header), from);
    }
    hasNext = true;
    nextHeader = header;
    nextElementFrom = from;
    nextElementTo = element.nextElement(until);
    next.parse(r.bytes(), element.uriFrom(), element.uriTo());
  }

  private void cut(int from, int to) {
    cutFrom[cuts] = from;
    cutTo[cuts] = to;
    cuts++;
  }

  /** What our own Route told. */
  Cookie cookie() {
    return found;
  }

  /** The cookie read; only when {@link #cookie()} is VALID. */
  RouteCookie content() {
    return cookie;
  }

  /** The flow token read; only when {@link #cookie()} is FLOW. */
  FlowToken token() {
    return token;
  }

  /** True when a Route that is not ours remains. */
  boolean hasNext() {
    return hasNext;
  }

  /** Where the request goes next: the first Route left, else the request-URI. */
  SipUri nextHop() {
    return hasNext ? next : target;
  }

  /** The request-URI as it should be. */
  SipUri target() {
    return target;
  }

  /** True when a flow noted in the cookie leads where the request goes: to the other side. */
  boolean leadsToFlow(SipRequest r) {
    return !hasNext && cookie.hasFlow(!cookie.fromCaller(r));
  }

  /** True when a flow is noted for when the Contact of the other side does not lead there. */
  boolean hasSpare(SipRequest r) {
    return !hasNext && cookie.hasSpare(!cookie.fromCaller(r));
  }

  /** The flow noted in the cookie; null when it is gone. */
  @Nullable Flow flow(SipRequest r, OutboundFlows wire, Flow in) {
    return cookie.flow(!cookie.fromCaller(r), wire, leaveBy(in));
  }

  /** The listener that our last Route named; null for none. */
  @Nullable Listener named() {
    return leaveBy;
  }

  /** Appends a Route by which another node takes the request as we would. */
  void relay(SipWriter text, SipRequest r, PeerNodes.Node node) {
    writeCookie(text.put("Route: <sip:"), r);
    text.put('@').put(node.hostPort()).put(";lr>").line();
  }

  /** Appends the cookie read as it stands; only when {@link #cookie()} is VALID. */
  void writeCookie(SipWriter text, SipRequest r) {
    text.put(r.bytes(), cookieFrom, cookieTo);
  }

  /** All requests of a call have the same, so that they meet the same server of a name. */
  static long key(SipRequest r) {
    return Ascii.hash(0, r.bytes(), r.callIdFrom(), r.callIdTo());
  }

  /** The side our last Route named, else the one the request came by. */
  Listener leaveBy(Flow in) {
    Listener named = leaveBy;
    return named == null ? in.listener() : named;
  }

  /**
   * Writes what was read into the edit: our Routes go, a strict next hop gets the form it needs
   * (§16.6 step 6).
   *
   * @param other another request-URI to write; null for the one that was read
   */
  void apply(SipRequest r, Edit edit, byte @Nullable [] other) {
    for (int i = 0; i < cuts; i++) {
      edit.cut(cutFrom[i], cutTo[i]);
    }
    if (other != null) {
      edit.replace(r.uriFrom(), r.uriTo()).put(other);
    } else if (hasNext && !next.hasParam(SipUri.LR)) {
      toStrict(r, edit);
    } else if (repaired) {
      edit.replace(r.uriFrom(), r.uriTo()).put(r.bytes(), target.from(), target.to());
    }
  }

  private void toStrict(SipRequest r, Edit edit) {
    byte[] bytes = r.bytes();
    edit.replace(r.uriFrom(), r.uriTo()).put(bytes, next.from(), next.to());
    if (nextElementTo < 0) {
      edit.cut(r.lineStart(nextHeader), r.lineEnd(nextHeader));
    } else {
      edit.cut(nextElementFrom, nextElementTo);
    }
    edit.insert(r.lineEnd(r.last(HeaderName.ROUTE)))
        .put("Route: <")
        .put(bytes, target.from(), target.to())
        .put(">\r\n");
  }
}
