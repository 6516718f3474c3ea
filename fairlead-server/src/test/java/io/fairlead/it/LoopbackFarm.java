// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fairlead in front of backends, all on loopback. Owned by one test. */
final class LoopbackFarm implements AutoCloseable {
  private final TestTransport over;
  private final InetSocketAddress address;
  private final List<Sipp> backends;
  private final List<String> listeners;
  private final List<Sipp> callers = new ArrayList<>();
  private final FairleadProcess fairlead;

  private LoopbackFarm(Plan plan, InetSocketAddress address, FairleadProcess fairlead) {
    this.over = plan.over;
    this.backends = plan.started;
    this.listeners = plan.listening;
    this.address = address;
    this.fairlead = fairlead;
  }

  static Plan over(TestTransport over) {
    return new Plan(over);
  }

  /** Where Fairlead listens. */
  InetSocketAddress address() {
    return address;
  }

  FairleadProcess fairlead() {
    return fairlead;
  }

  /** The SIPp backends in the order they were named. */
  Sipp backend(int index) {
    return backends.get(index);
  }

  /** A SIPp that calls Fairlead; {@link #call(Sipp.Script)} starts it. */
  Sipp.Script caller(String scenario) {
    return Sipp.play(scenario).over(over).at(Loopback.free(hostName())).to(address);
  }

  Sipp call(Sipp.Script script) {
    Sipp caller = script.start();
    callers.add(caller);
    return caller;
  }

  /** Plays one call to its end; it must succeed. */
  Sipp call(String scenario) {
    Sipp caller = call(caller(scenario));
    ends(caller);
    return caller;
  }

  /** Waits until a caller is through; its calls must succeed. */
  void ends(Sipp caller) {
    try {
      caller.succeeds();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "--- fairlead\n" + fairlead.log(), e);
    }
  }

  /**
   * The Record-Route of a message must name each listener it passed once, the backend's before the
   * caller's (RFC 5658).
   */
  void tellsWay(String message) {
    List<String> wanted =
        listeners.reversed().stream()
            .map(each -> "<sip:[^@>]+@" + Pattern.quote(each) + "[;>].*")
            .toList();
    List<String> told =
        TextPeer.headers(message, "Record-Route").stream()
            .flatMap(value -> Stream.of(value.split(",\\s*")))
            .toList();
    boolean right = told.size() == wanted.size();
    for (int i = 0; right && i < told.size(); i++) {
      right = told.get(i).matches(wanted.get(i));
    }
    if (!right) {
      throw new AssertionError("Record-Route should be like " + wanted + " in\n" + message);
    }
  }

  private String hostName() {
    return address.getAddress().getHostAddress();
  }

  @Override
  public void close() {
    callers.forEach(Sipp::close);
    fairlead.close();
    backends.forEach(Sipp::close);
  }

  /** What farm to build. Owned by one test. */
  static final class Plan {
    private final TestTransport over;
    private final List<Sipp> started = new ArrayList<>();
    private final List<String> uris = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final List<String> top = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private Authority.@Nullable Certificate certificate;
    private final List<TestTransport> more = new ArrayList<>();
    private final List<String> listening = new ArrayList<>();
    private String host = "127.0.0.1";
    private @Nullable String inside;
    private String balance = "priority";
    private String health = "off";

    private Plan(TestTransport over) {
      this.over = over;
    }

    /** The address all of them use. */
    Plan on(String loopback) {
      host = loopback;
      return this;
    }

    /**
     * Where backends are, and the listeners toward them, when that is not where the callers are.
     */
    Plan inside(String loopback) {
      inside = loopback;
      return this;
    }

    /** Another listener beside that of the callers. */
    Plan listening(TestTransport another) {
      more.add(another);
      return this;
    }

    /** Default: {@code priority}, so that a test knows which backend comes first. */
    Plan balance(String algorithm) {
      balance = algorithm;
      return this;
    }

    Plan health(String setting) {
      health = setting;
      return this;
    }

    /** One more line of the pool. */
    Plan pool(String line) {
      settings.add(line);
      return this;
    }

    /** A backend played by SIPp, which ends after one call. */
    Plan backend(String scenario) {
      return backend(Sipp.play(scenario));
    }

    Plan backend(Sipp.Script script) {
      return backend(over, script);
    }

    Plan backend(TestTransport transport, Sipp.Script script) {
      Sipp sipp = script.over(transport).at(Loopback.free(inside == null ? host : inside)).start();
      started.add(sipp);
      return uri(transport.uri(sipp.address()));
    }

    /** A backend that something else plays, or nobody. */
    Plan uri(String uri) {
      boolean secure = uri.endsWith("=tls");
      String trust = ", tls: { authorities: " + (secure ? Authority.ours().root() : "") + " } }";
      uris.add(secure ? "{ uri: \"" + uri + '"' + trust : '"' + uri + '"');
      return this;
    }

    /** What the callers see. */
    Plan certificate(Authority.Certificate shown) {
      certificate = shown;
      return this;
    }

    /** A listener that no SIPp uses. */
    Plan listener(String yaml) {
      others.add(yaml);
      return this;
    }

    /** A line of the file outside the pool. */
    Plan top(String line) {
      top.add(line);
      return this;
    }

    LoopbackFarm start() {
      InetSocketAddress address = Loopback.free(host);
      try {
        return new LoopbackFarm(this, address, FairleadProcess.run(config(address)));
      } catch (AssertionError e) {
        started.forEach(Sipp::close);
        throw e;
      }
    }

    private String config(InetSocketAddress address) {
      StringBuilder yaml = new StringBuilder("listeners:\n");
      if (certificate == null) {
        listen(yaml, over, address);
      } else {
        yaml.append(line("  - %s", over.listener(address, certificate)));
      }
      others.forEach(each -> yaml.append(line("  - %s", each)));
      for (TestTransport each : more) {
        if (each != over || inside != null) {
          listen(yaml, each, at(each, address));
        }
      }
      yaml.append("pools:\n  farm:\n");
      yaml.append(line("    balance: %s", balance)).append(line("    health: %s", health));
      settings.forEach(each -> yaml.append(line("    %s", each)));
      yaml.append("    backends:\n");
      uris.forEach(each -> yaml.append(line("      - %s", each)));
      top.forEach(each -> yaml.append(line("%s", each)));
      return yaml.append("routes:\n  - to: farm\n").toString();
    }

    private void listen(StringBuilder yaml, TestTransport listener, InetSocketAddress at) {
      listening.add(listener.place(at));
      yaml.append(line("  - %s", listener.listener(at)));
    }

    // UDP and TCP may share a port, TCP and TLS may not.
    private InetSocketAddress at(TestTransport listener, InetSocketAddress address) {
      if (inside != null) {
        return Loopback.free(inside);
      }
      return listener.socket() == over.socket() ? Loopback.free(host) : address;
    }

    private static String line(String format, String value) {
      return String.format(Locale.ROOT, format, value) + "\n";
    }
  }
}
