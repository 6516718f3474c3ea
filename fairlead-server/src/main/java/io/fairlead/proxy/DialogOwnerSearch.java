// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.CallEndpoints;
import io.fairlead.dialog.ReferencedDialog;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.transaction.ServerListener;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that names a dialog it does not belong to (Replaces, Join, Target-Dialog) waits until
 * it is known which backend has that: no other can do what it asks. The caller may give up
 * meanwhile.
 *
 * <p>Owned by one loop.
 */
final class DialogOwnerSearch implements ServerListener {
  private final ProxyTools tools;
  private final InitialRequest asked;
  private final ServerTransaction transaction;
  private final CallRecord record;
  private boolean over;

  DialogOwnerSearch(ProxyTools tools, InitialRequest asked) {
    this.tools = tools;
    this.asked = asked;
    this.transaction = asked.transaction();
    this.record = asked.record();
  }

  /**
   * Begins.
   *
   * @param then told where the sides of the dialog are, null when it is not known; not when the
   *     caller has given up
   */
  void start(DialogLookup owners, ReferencedDialog dialog, Consumer<@Nullable CallEndpoints> then) {
    tools.unfinished().begun();
    transaction.listener(this);
    owners.find(
        dialog,
        tools.loop(),
        ends -> {
          if (!over) {
            settle();
            goOn(then, ends);
          }
        });
  }

  // What throws before a call holds what the request does is given back here.
  private void goOn(Consumer<@Nullable CallEndpoints> then, @Nullable CallEndpoints ends) {
    boolean handed = false;
    try {
      then.accept(ends);
      handed = true;
    } finally {
      if (!handed) {
        asked.giveBack();
      }
    }
  }

  private void settle() {
    over = true;
    tools.unfinished().ended();
  }

  @Override
  public void onCancel(ServerTransaction cancelled, SipRequest cancel) {
    if (!over) {
      refuse(cancelled, RefusalCause.CALLER_CANCELLED, "");
    }
  }

  @Override
  public void onShutdown(ServerTransaction unanswered) {
    if (!over) {
      refuse(unanswered, RefusalCause.SHUTTING_DOWN, Refusals.RETRY_AFTER);
    }
  }

  @Override
  public void onDefect() {
    if (!over) {
      settle();
      asked.giveBack();
      tools
          .log()
          .write(
              record
                  .answered(RefusalCause.INTERNAL.status(), tools.nowNs())
                  .cause(RefusalCause.INTERNAL));
    }
    if (!transaction.answered()) {
      transaction.fail();
    }
  }

  private void refuse(ServerTransaction refused, RefusalCause cause, String headers) {
    settle();
    asked.giveBack();
    tools.log().write(record.answered(cause.status(), tools.nowNs()).cause(cause));
    refused.reject(cause.status(), cause.reason(), headers);
  }

  @Override
  public void onTimeout(ServerTransaction ended) {
    if (!over) {
      settle();
      asked.giveBack();
    }
  }

  // The peer may come again (RFC 6026 §8.8).
  @Override
  public void onTransportError(ServerTransaction failed, String why) {}

  // ---- what the answer means ----

  /**
   * The backend of a pool that has the dialog a request names.
   *
   * @param ends where its sides are; null when this node does not know: then the backend that the
   *     request-URI names, as a Contact from that dialog does (RFC 5589 §7.3)
   * @return null when there is none, or it can answer no more
   */
  static @Nullable Backend owner(Pool pool, SipRequest r, @Nullable CallEndpoints ends) {
    Backend found;
    if (ends == null) {
      found = at(pool, target(r), true);
    } else {
      Backend asked = at(pool, ends.asked(), false);
      found = asked == null ? at(pool, ends.other(), false) : asked;
    }
    return found != null && found.health().state().keepsCalls() ? found : null;
  }

  /** As {@link #owner}, but only the side that the request means. */
  static @Nullable Backend asked(Pool pool, @Nullable CallEndpoints ends) {
    Backend found = ends == null ? null : at(pool, ends.asked(), false);
    return found != null && found.health().state().keepsCalls() ? found : null;
  }

  // One of its ports is as good as another where none is the very one: a call may have come from
  // another profile, or over a connection.
  private static @Nullable Backend at(
      Pool pool, @Nullable InetSocketAddress wanted, boolean exactly) {
    Backend sameHost = null;
    for (Backend backend : pool.backends()) {
      InetSocketAddress address = backend.address();
      if (address != null && wanted != null && address.getAddress().equals(wanted.getAddress())) {
        if (address.getPort() == wanted.getPort()) {
          return backend;
        }
        sameHost = backend;
      }
    }
    return exactly ? null : sameHost;
  }

  private static @Nullable InetSocketAddress target(SipRequest r) {
    SipUri uri = r.uri();
    InetAddress host =
        uri.isSip() ? IpLiteralParser.address(uri.bytes(), uri.hostFrom(), uri.hostTo()) : null;
    return host == null ? null : new InetSocketAddress(host, Transports.port(uri));
  }
}
