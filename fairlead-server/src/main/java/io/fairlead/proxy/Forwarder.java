// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.DialogSide;
import io.fairlead.dialog.RouteCookie;
import io.fairlead.loop.SipHash;
import io.fairlead.pool.Backend;
import io.fairlead.pool.CallerAddressHeaders;
import io.fairlead.route.Route;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderLines;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transaction.Branch;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bytes that leave from the bytes that came (RFC 3261 §16.6 steps 1 to 8, §16.7 step 3):
 * a splice of Via, Max-Forwards, Route, Record-Route and what the route asks for.
 *
 * <p>Owned by one loop: the writer it returns holds the message until the next call.
 */
final class Forwarder {
  // What a Record-Route says of a dialog beside the caller.
  private record Note(int backend, @Nullable DialogSide callee, boolean sips, boolean stateless) {}

  private static final String LISTENS = ";oc;oc-algo=\"loss,rate\"";

  private final OwnHeaders self;
  private final RouteCookie cookie;
  private final RouteSet routes;
  private final SipHash loopKey;
  private final Edit edit = new Edit();
  private final SipWriter out = new SipWriter();
  private final Via via = new Via();
  private final HeaderLines lines = new HeaderLines();
  private final LocationLookup location;
  private final RecordRouteFlow wayBack;
  // Of the message that is written next, and no other.
  private @Nullable DetachedEdits filtered;
  private int filters;
  // Its Via says that we keep calls back when we are asked to.
  private boolean listens;

  Forwarder(
      OwnHeaders self,
      RouteCookie cookie,
      RouteSet routes,
      SipHash loopKey,
      LocationLookup location) {
    this.location = location;
    this.wayBack = new RecordRouteFlow(self.names(), location);
    this.self = self;
    this.cookie = cookie;
    this.routes = routes;
    this.loopKey = loopKey;
  }

  /**
   * What the filters of a call say of the message that is written next.
   *
   * @param edits what they change; null for nothing
   * @param bits what the cookie of a dialog it begins says of them
   */
  Forwarder filtered(@Nullable DetachedEdits edits, int bits) {
    filtered = edits;
    filters = bits;
    return this;
  }

  // Whatever comes of the message, the next one has its own.
  private void begin(SipMessage message) {
    DetachedEdits edits = filtered;
    filtered = null;
    edit.on(message);
    if (edits != null) {
      edit.add(edits);
    }
  }

  /** Judges how senders are to be met. */
  RecordRouteFlow wayBack() {
    return wayBack;
  }

  /**
   * A request inside a dialog, or an ACK; its Routes must just have been read by the {@link
   * RouteSet}.
   *
   * @param in where it came from
   * @param by the listener it leaves by
   * @param relay the node that has the device's flow; null when it goes there itself
   * @param tell the next hop is told where it came from
   */
  SipWriter inDialog(
      SipRequest r,
      Flow in,
      Listener by,
      long branch,
      PeerNodes.@Nullable Node relay,
      boolean tell) {
    begin(r, in, null, tell);
    SipWriter text = via(r, by, branch);
    stay(text, r, in, by, relay);
    edit.write(out.clear());
    return out;
  }

  /**
   * A request outside a dialog; its Routes must just have been read by the {@link RouteSet}.
   *
   * @param backend where it goes to
   */
  SipWriter initial(SipRequest r, Flow in, Listener by, long branch, Route route, Backend backend) {
    listens = backend.overload().listens();
    begin(r, in, null, backend.toldCallers());
    clean(r, by);
    SipWriter text = via(r, by, branch);
    if (beginsDialog(r)) {
      recordRoute(
          text,
          r,
          in,
          by,
          new Note(RequestSender.number(route, backend), null, SipsRules.is(r), false));
    }
    if (!route.editsNothing()) {
      route.edit(r, edit);
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * A request that goes to a phone; its Routes must just have been read by the {@link RouteSet}.
   *
   * @param to where it goes
   * @param over the flow it leaves by
   * @param route whose header rules apply; null for none
   */
  SipWriter toPhone(
      SipRequest r, Flow in, BranchDestination to, Flow over, long branch, @Nullable Route route) {
    begin(r, in, to.target(), to instanceof BranchDestination.Elsewhere);
    SipWriter text = via(r, over.listener(), branch);
    to.routes(text);
    if (beginsDialog(r)) {
      DialogSide callee = to.byFlow() ? new DialogSide(over, location.device(r, to, over)) : null;
      Note note = new Note(0, callee, isSips(to.target(), r), false);
      recordRoute(text, r, in, over.listener(), note);
    }
    if (route != null) {
      route.edit(r, edit);
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * A request forwarded without state: the branch follows from the request, so that a
   * retransmission gets the same.
   */
  SipWriter stateless(SipRequest r, Flow in, Listener by, Route route, Backend backend) {
    SipWriter text = statelessVia(r, in, by, backend.toldCallers());
    if (beginsDialog(r) && !r.hasToTag()) {
      recordRoute(
          text,
          r,
          in,
          by,
          new Note(RequestSender.number(route, backend), null, SipsRules.is(r), true));
    }
    clean(r, by);
    route.edit(r, edit);
    edit.write(out.clear());
    return out;
  }

  /**
   * The same inside a dialog.
   *
   * @param relay the node that has the device's flow; null when it goes there itself
   * @param tell the next hop is told where it came from
   */
  SipWriter statelessInDialog(
      SipRequest r, Flow in, Listener by, PeerNodes.@Nullable Node relay, boolean tell) {
    SipWriter text = statelessVia(r, in, by, tell);
    stay(text, r, in, by, relay);
    edit.write(out.clear());
    return out;
  }

  private SipWriter statelessVia(SipRequest r, Flow in, Listener by, boolean tell) {
    begin(r, in, null, tell);
    SipWriter text = edit.insert(r.lineStart(r.via().header()));
    self.via(text, by);
    StatelessBranch.write(text, loopKey, r);
    text.line();
    maxForwards(text, r);
    return text;
  }

  /** A response on its way back: the topmost Via, ours, goes (§16.7 step 3). */
  SipWriter response(SipResponse response) {
    begin(response);
    Responses.popVia(edit, response);
    edit.write(out.clear());
    return out;
  }

  /**
   * A final response as the end of the request: without the Retry-After of a 503, which would be
   * read as ours (RFC 3261 §16.7).
   */
  SipWriter ended(SipResponse response) {
    begin(response);
    Responses.popVia(edit, response);
    if (response.status() == 503) {
      cut(response, HeaderName.RETRY_AFTER);
    }
    edit.write(out.clear());
    return out;
  }

  /**
   * A response to which header lines of other branches are added: the challenges of a fork (§16.7
   * step 7).
   */
  SipWriter response(SipResponse response, SipWriter headers) {
    begin(response);
    Responses.popVia(edit, response);
    edit.insert(response.headersEnd()).put(headers.bytes(), 0, headers.length());
    edit.write(out.clear());
    return out;
  }

  private void cut(SipResponse response, HeaderName name) {
    for (int i = response.first(name); i >= 0; i = response.next(name, i)) {
      edit.cut(response.lineStart(i), response.lineEnd(i));
    }
  }

  private void begin(SipRequest r, Flow in, byte @Nullable [] target, boolean tell) {
    begin(r);
    CallerAddressHeaders.apply(r, edit, in.remote(), tell, tell && location.isNode(in));
    Responses.markVia(edit, r, in.remote());
    lines.split(r, edit);
    routes.apply(r, edit, target);
    if (r.maxForwards() >= 0) {
      int header = r.first(HeaderName.MAX_FORWARDS);
      edit.replace(r.valueStart(header), r.valueEnd(header)).number(r.maxForwards() - 1);
    }
  }

  private SipWriter via(SipRequest r, Listener by, long branch) {
    SipWriter text = edit.insert(r.lineStart(r.via().header()));
    self.via(text, by);
    Branch.write(text, branch, loopHash(r));
    if (listens) {
      text.put(LISTENS);
      listens = false;
    }
    text.line();
    maxForwards(text, r);
    return text;
  }

  // RFC 3261 §16.6 step 3.
  private static void maxForwards(SipWriter text, SipRequest r) {
    if (r.maxForwards() < 0) {
      text.put("Max-Forwards: 70\r\n");
    }
  }

  private static boolean beginsDialog(SipRequest r) {
    return switch (r.method()) {
      case INVITE, SUBSCRIBE, REFER -> true;
      case ACK,
          BYE,
          CANCEL,
          OPTIONS,
          REGISTER,
          PRACK,
          UPDATE,
          INFO,
          MESSAGE,
          NOTIFY,
          PUBLISH,
          OTHER ->
          false;
    };
  }

  // In a dialog: the node that it goes by, and what keeps us on the way of those to come.
  private void stay(
      SipWriter text, SipRequest r, Flow in, Listener by, PeerNodes.@Nullable Node relay) {
    if (relay != null) {
      routes.relay(text, r, relay);
    }
    if (renewsDialog(r) && routes.cookie() == RouteSet.Cookie.VALID) {
      recordRouteAgain(text, r, by);
      if (by.index() != in.listener().index()) {
        recordRouteAgain(text, r, in.listener());
      }
    }
  }

  // A subscriber takes its route set from the NOTIFY (RFC 6665 §4.3), and who has lost its own from
  // a target refresh request (RFC 3261 §16.6 step 4).
  private static boolean renewsDialog(SipRequest r) {
    return switch (r.method()) {
      case INVITE, UPDATE, SUBSCRIBE, NOTIFY, REFER -> true;
      case ACK, BYE, CANCEL, OPTIONS, REGISTER, PRACK, INFO, MESSAGE, PUBLISH, OTHER -> false;
    };
  }

  // With the cookie that it came with: who began the dialog, and where its sides are, stays,
  // whichever of them sends.
  private void recordRouteAgain(SipWriter text, SipRequest r, Listener at) {
    boolean sips = routes.target().scheme() == SipUri.Scheme.SIPS;
    self.recordRoute(text, at, sips);
    routes.writeCookie(text, r);
    self.routeAddress(text, at, sips);
  }

  // What a phone wrote of the way to us says nothing of the way from us to a backend: FreeSWITCH
  // would take transport=ws for what it should speak.
  private void clean(SipRequest r, Listener by) {
    SipUri uri = r.uri();
    if (uri.hasParam(SipUri.TRANSPORT)
        && !Ascii.equalsLower(r.bytes(), uri.paramFrom(), uri.paramTo(), name(by))) {
      cut(SipUri.TRANSPORT, uri);
    }
    if (uri.hasParam(SipUri.MADDR)) {
      cut(SipUri.MADDR, uri);
    }
  }

  private static byte[] name(Listener by) {
    return by.transport().name().getBytes(StandardCharsets.US_ASCII);
  }

  // With the semicolon before it.
  private void cut(byte[] param, SipUri uri) {
    boolean bare = uri.paramFrom() == uri.paramTo() && uri.bytes()[uri.paramFrom() - 1] != '=';
    int nameFrom = uri.paramFrom() - param.length - (bare ? 0 : 1);
    edit.cut(nameFrom - 1, uri.paramTo());
  }

  private static boolean isSips(byte @Nullable [] target, SipRequest r) {
    return target == null ? SipsRules.is(r) : SipsRules.is(target);
  }

  // Two Record-Routes when it leaves by another listener than it came by, so that each side finds
  // its own (RFC 5658). They are sips where the request-URI is (RFC 3261 §16.6 step 4).
  private void recordRoute(SipWriter text, SipRequest r, Flow in, Listener by, Note note) {
    DialogSide caller = wayBack.of(r, in);
    int bits = filters;
    filters = 0;
    cookie.withFilters(bits);
    recordRoute(text, r, by, caller, note);
    if (by.index() != in.listener().index()) {
      cookie.withFilters(bits);
      recordRoute(text, r, in.listener(), caller, note);
    }
  }

  private void recordRoute(
      SipWriter text, SipRequest r, Listener at, @Nullable DialogSide caller, Note note) {
    self.recordRoute(text, at, note.sips);
    cookie.write(text, r, note.backend, caller, note.callee, note.stateless);
    self.routeAddress(text, at, note.sips);
  }

  /** True when this very request has passed us before (RFC 5393 §4.2). */
  boolean isLoop(SipRequest r) {
    byte[] bytes = r.bytes();
    int hash = 0;
    boolean hashed = false;
    for (int header = r.via().header(); header >= 0; header = r.next(HeaderName.VIA, header)) {
      int from = r.valueStart(header);
      int to = r.valueEnd(header);
      while (from >= 0 && via.parse(bytes, from, to)) {
        if (via.branchFrom() >= 0
            && self.names().is(bytes, via)
            && Branch.id(bytes, via.branchFrom(), via.branchTo()) != 0) {
          hash = hashed ? hash : loopHash(r);
          hashed = true;
          if (Branch.loopHash(bytes, via.branchFrom(), via.branchTo()) == hash) {
            return true;
          }
        }
        from = via.nextElement(to);
      }
    }
    return false;
  }

  // Everything that decides where a request goes (RFC 5393 §4.2.2): equal hashes mean it came back
  // unchanged. Whoever makes them equal has his own request refused, so no key is needed.
  private static int loopHash(SipRequest r) {
    byte[] bytes = r.bytes();
    long hash = Ascii.hash(r.cseq(), bytes, r.uriFrom(), r.uriTo());
    hash = Ascii.hash(hash, bytes, r.callIdFrom(), r.callIdTo());
    hash = Ascii.hash(hash, bytes, r.fromTagFrom(), r.fromTagTo());
    hash = Ascii.hash(hash, bytes, r.toTagFrom(), r.toTagTo());
    for (int i = r.first(HeaderName.ROUTE); i >= 0; i = r.next(HeaderName.ROUTE, i)) {
      hash = Ascii.hash(hash, bytes, r.valueStart(i), r.valueEnd(i));
    }
    return (int) (hash ^ hash >>> 32);
  }
}
