// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.net.SourceKey;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.Flow;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a request what limits count by. What several limits ask for is read once.
 *
 * <p>Owned by one loop.
 */
final class RequestKeys {
  private final KeyBuffer buffer = new KeyBuffer();
  private final CalledNumber number = new CalledNumber();
  private final ReadUri caller = new ReadUri();
  private final ReadUri called = new ReadUri();
  private final AccountKey accounts = new AccountKey();
  private @Nullable SipRequest request;
  private boolean numbered;

  /** From now on this one, as it reads now. */
  void of(SipRequest next) {
    request = next;
    numbered = false;
    caller.read = false;
    called.read = false;
  }

  /** The number it calls. */
  CalledNumber number(SipRequest r) {
    if (!numbered) {
      numbered = true;
      number.read(r);
    }
    return number;
  }

  /**
   * Puts a key together; null when the request does not have it, or calls no such number.
   *
   * @param pool of the route; null for none
   * @param backend that gets it; null while none is chosen
   */
  @Nullable KeyBuffer read(
      Limit limit, Flow flow, @Nullable String pool, @Nullable String backend) {
    SipRequest r = request;
    if (r == null || !limit.prefixes().isEmpty() && !limit.prefixes().begins(number(r))) {
      return null;
    }
    buffer.clear();
    Where where = new Where(flow, pool, backend);
    List<LimitKey> parts = limit.settings().key();
    boolean prefixes = false;
    boolean begins = false;
    for (int i = 0; i < parts.size(); i++) {
      LimitKey part = parts.get(i);
      if (part.kind() == LimitKey.Kind.PREFIX) {
        prefixes = true;
        begins |= number(r).begins(part.argument());
      } else if (!part(r, part, limit, where)) {
        return null;
      }
    }
    if (prefixes && !begins) {
      return null;
    }
    if (buffer.isEmpty()) {
      // Nothing but prefixes: all such calls together.
      buffer.text("*");
    }
    return buffer;
  }

  /** Where a request comes from and goes. Immutable. */
  private record Where(Flow flow, @Nullable String pool, @Nullable String backend) {}

  private boolean part(SipRequest r, LimitKey part, Limit limit, Where where) {
    buffer.part();
    return switch (part.kind()) {
      case ACCOUNT -> accounts.append(r, limit.isTrusted(where.flow().remote()), buffer);
      case FROM_USER -> user(caller.of(r.bytes(), r.fromUriFrom(), r.fromUriTo()));
      case FROM_HOST -> host(caller.of(r.bytes(), r.fromUriFrom(), r.fromUriTo()));
      case TO_USER -> user(called.of(r.bytes(), r.toUriFrom(), r.toUriTo()));
      case REQUEST_USER -> user(r.uri());
      case SOURCE_IP -> source(where.flow(), limit);
      case GATEWAY -> name(where.backend());
      case POOL -> name(where.pool());
      case HEADER -> header(r, part.argument());
      case DESTINATION -> destination(r, buffer);
      case PREFIX -> true;
    };
  }

  private boolean user(@Nullable SipUri of) {
    if (of == null || !of.isSip() || !of.hasUser()) {
      return false;
    }
    buffer.folded(of.bytes(), of.userFrom(), of.userTo());
    return true;
  }

  private boolean host(@Nullable SipUri of) {
    if (of == null || !of.isSip()) {
      return false;
    }
    buffer.folded(of.bytes(), of.hostFrom(), of.hostTo());
    return true;
  }

  private boolean source(Flow flow, Limit limit) {
    InetAddress address = flow.remote().getAddress();
    if (address == null || limit.isAllowed(address)) {
      return false;
    }
    buffer.source(SourceKey.of(address));
    return true;
  }

  private boolean name(@Nullable String name) {
    if (name == null) {
      return false;
    }
    buffer.text(name);
    return true;
  }

  private boolean header(SipRequest r, String name) {
    int line = r.first(name);
    if (line < 0 || r.valueEnd(line) == r.valueStart(line)) {
      return false;
    }
    buffer.bytes(r.bytes(), r.valueStart(line), r.valueEnd(line));
    return true;
  }

  /** Puts what is called into a key; false when there is nobody. */
  boolean destination(SipRequest r, KeyBuffer key) {
    CalledNumber called = number(r);
    if (called.length() > 0) {
      called.appendTo(key);
      return true;
    }
    SipUri to = r.uri();
    int from = to.isSip() ? to.hasUser() ? to.userFrom() : to.hostFrom() : to.from();
    key.folded(to.bytes(), from, to.isSip() ? to.hostTo() : to.to());
    return true;
  }

  /** A URI that is parsed when it is asked for first. Owned by one loop. */
  private static final class ReadUri {
    private final SipUri uri = new SipUri();
    private boolean read;
    private boolean good;

    /** The URI of a request; null when it is none. */
    @Nullable SipUri of(byte[] bytes, int from, int to) {
      if (!read) {
        read = true;
        good = uri.parse(bytes, from, to);
      }
      return good ? uri : null;
    }
  }
}
