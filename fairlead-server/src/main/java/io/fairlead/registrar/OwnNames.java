// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transports;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The names by which Route and Path speak of us: where our listeners are, and what they advertise.
 *
 * <p>Owned by one loop.
 */
public final class OwnNames {
  private record Name(byte[] host, int port, int usual) {}

  private final List<Name> names = new ArrayList<>();
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();

  /** The names of these listeners. */
  public OwnNames(List<Listener> listeners) {
    for (Listener listener : listeners) {
      String sentBy = listener.sentBy();
      int usual = listener.transport().defaultPort();
      int colon = sentBy.lastIndexOf(':');
      boolean hasPort = colon > 0 && sentBy.indexOf(']') < colon;
      add(
          hasPort ? sentBy.substring(0, colon) : sentBy,
          hasPort ? Integer.parseInt(sentBy.substring(colon + 1)) : usual,
          usual);
      boolean v6 = listener.bound().getAddress().getAddress().length == 16;
      String address = Responses.textOf(listener.bound().getAddress());
      add(v6 ? "[" + address + "]" : address, listener.bound().getPort(), usual);
    }
  }

  private void add(String host, int port, int usual) {
    byte[] lower = host.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    names.add(new Name(lower, port, usual));
  }

  /** True when the URI's host and port are ours. */
  public boolean is(SipUri wanted) {
    return is(wanted.bytes(), wanted.hostFrom(), wanted.hostTo(), Transports.port(wanted));
  }

  /** True when a Via's sent-by is ours. */
  public boolean is(byte[] bytes, Via via) {
    return is(bytes, via.hostFrom(), via.hostTo(), via.port());
  }

  private boolean is(byte[] bytes, int from, int to, int said) {
    for (Name name : names) {
      int port = said < 0 ? name.usual : said;
      if (name.port == port && Ascii.equalsLower(bytes, from, to, name.host)) {
        return true;
      }
    }
    return false;
  }

  /**
   * True when a request's Route, if any, ends with us: what we added or a device was told to use
   * (RFC 3261 §16.4). One that leads on, or breaks the grammar, is for a proxy to judge.
   */
  boolean routesOnlyHere(SipRequest request) {
    byte[] bytes = request.bytes();
    for (int i = request.first(HeaderName.ROUTE); i >= 0; i = request.next(HeaderName.ROUTE, i)) {
      int from = request.valueStart(i);
      while (from >= 0) {
        if (!element.parse(bytes, from, request.valueEnd(i))
            || !uri.parse(bytes, element.uriFrom(), element.uriTo())
            || !is(uri)) {
          return false;
        }
        from = element.nextElement(request.valueEnd(i));
      }
    }
    return true;
  }
}
