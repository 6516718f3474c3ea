// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the addresses of backends that are configured by host name, again and again. The lookup
 * runs on a virtual thread; an address found stays in use while it is among the answers, and while
 * no answer comes.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class AddressBook {
  /** Asks the system for all addresses of a host; may block. */
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  /**
   * Where names are looked up. Immutable.
   *
   * @param lookup asks
   * @param elsewhere runs it where blocking does no harm
   */
  record Names(Lookup lookup, Executor elsewhere) {
    /** The system's names, asked on virtual threads. */
    static Names ofSystem() {
      ThreadFactory threads = Thread.ofVirtual().name("fl-names-", 0).factory();
      return new Names(InetAddress::getAllByName, task -> threads.newThread(task).start());
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(AddressBook.class);

  private final Loop home;
  private final long intervalNs;
  private final Names names;
  private final List<Entry> entries = new ArrayList<>();
  private boolean stopped;

  AddressBook(Loop home, long intervalNs, Names names) {
    this.home = home;
    this.intervalNs = intervalNs;
    this.names = names;
  }

  void start(List<Backend> backends) {
    for (Backend backend : backends) {
      if (Addresses.literal(backend.uri()) == null) {
        Entry entry = new Entry(backend);
        entries.add(entry);
        entry.onTimer();
      }
    }
  }

  void stop() {
    stopped = true;
    entries.forEach(home.timers()::cancel);
  }

  private final class Entry extends Timer {
    private final Backend backend;
    private boolean failing;

    Entry(Backend backend) {
      this.backend = backend;
    }

    @Override
    protected void onTimer() {
      String host = backend.uri().host();
      names.elsewhere().execute(() -> ask(host));
    }

    private void ask(String host) {
      try {
        InetAddress[] found = names.lookup().all(host);
        home.execute(() -> onFound(found));
      } catch (UnknownHostException | RuntimeException e) {
        home.execute(() -> onMissing("cannot resolve " + host));
      }
    }

    private void onFound(InetAddress[] found) {
      if (stopped) {
        return;
      }
      failing = false;
      InetSocketAddress now = backend.address();
      if (now == null || !Arrays.asList(found).contains(now.getAddress())) {
        InetSocketAddress next = new InetSocketAddress(found[0], backend.uri().port());
        LOG.info("backend {} has the address {}", backend, next.getAddress().getHostAddress());
        backend.address(next);
      }
      backend.condition().unresolved(null);
      home.timers().schedule(this, intervalNs);
    }

    private void onMissing(String why) {
      if (stopped) {
        return;
      }
      if (backend.address() == null) {
        backend.condition().unresolved(why);
      } else if (!failing) {
        LOG.warn("backend {}: {}, its last address stays in use", backend, why);
      }
      failing = true;
      home.timers().schedule(this, intervalNs);
    }
  }
}
