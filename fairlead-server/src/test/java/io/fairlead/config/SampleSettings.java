// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import io.fairlead.net.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A small language for tests, with every kind of setting in it. */
@NullMarked
record SampleSettings(
    @Setting(doc = "Where calls come in.") List<Listener> listeners,
    @Setting(doc = "What becomes of a request; the first match wins.") List<Route> routes,
    @Setting(doc = "Where calls go.") Map<String, Pool> pools,
    @Setting(doc = "The farm of several nodes.") @Nullable Cluster cluster,
    @Setting(doc = "How it logs.") Log log,
    @Setting(doc = "Where state is kept.", value = "state") Path stateDir) {

  /** A listener with a short form by component. */
  record Listener(
      @Setting(doc = "A name for logs.") @Nullable String name,
      @Setting(doc = "Transport and address.", shortForm = true) Bind bind,
      @Setting(doc = "Largest datagram.", value = "off", off = true) @Nullable ByteSize udpMtu,
      @Setting(doc = "Seats at the table.", value = "4") int seats,
      @Setting(doc = "Who may connect.") List<Cidr> from) {}

  /** A scalar of its own. */
  record Bind(String text) {
    public static Bind parse(String text) {
      if (!text.startsWith("udp://") && !text.startsWith("tcp://")) {
        throw new IllegalArgumentException("`" + text + "` is not an address to listen on");
      }
      return new Bind(text);
    }

    public static String expected() {
      return "an address such as `udp://10.0.0.1:5060`";
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A pool with a choice. */
  record Pool(
      @Setting(doc = "How a backend is chosen.", value = "p2c", kinds = Balancers.class)
          ChosenPlugin<?, String, String> balance,
      @Setting(doc = "Asks backends how they are.", off = true) @Nullable Health health,
      @Setting(doc = "Loud below this share.", value = "50%") Percent panicThreshold,
      @Setting(doc = "The farm's password.") @Nullable Secret password,
      @Setting(doc = "The servers.") List<Backend> backends) {
    Pool {
      if (backends.isEmpty()) {
        throw new SettingException("backends", "a pool needs at least one backend");
      }
    }
  }

  /** A record of defaults. */
  record Health(
      @Setting(doc = "Between two checks.", value = "5s") Duration interval,
      @Setting(doc = "Until a check fails.", value = "1s") Duration timeout) {
    Health {
      if (timeout.compareTo(interval) >= 0) {
        throw new SettingException("timeout", "the timeout must be shorter than the interval");
      }
    }
  }

  /** A backend with a short form by component. */
  record Backend(
      @Setting(doc = "A name for people.") @Nullable String name,
      @Setting(doc = "Where it is.", shortForm = true) String uri,
      @Setting(doc = "Its share.", value = "1") int weight,
      @Setting(doc = "Most calls.") @Nullable Long maxCalls,
      @Setting(doc = "Labels.") List<String> tags) {}

  /** A route. */
  record Route(
      @Setting(doc = "A name for people.") @Nullable String name,
      @Setting(doc = "What it takes.") Match match,
      @Setting(doc = "The pool.") @Nullable String to,
      @Setting(doc = "How it forwards.", value = "proxy") Mode mode,
      @Setting(doc = "What makes it try the next.", value = "[timeout, transport]") List<On> on) {
    Route {
      if (to == null && mode != Mode.REDIRECT) {
        throw new IllegalArgumentException("a route needs `to`");
      }
    }
  }

  /** Conditions. */
  record Match(
      @Setting(doc = "Methods.") List<String> method,
      @Setting(doc = "The user.") @Nullable Pattern user,
      @Setting(doc = "Headers by name.") Map<String, Pattern> header) {}

  /** Modes. */
  enum Mode {
    PROXY,
    STATELESS,
    REDIRECT
  }

  /** Reasons. */
  enum On {
    TIMEOUT,
    TRANSPORT,
    SERVER_ERROR
  }

  /** A record that needs a key. */
  record Cluster(
      @Setting(doc = "This node.") String node,
      @Setting(doc = "The keys.") Secret keys,
      @Setting(doc = "A share.", value = "1.5") double load) {}

  /** A record with a short form by method. */
  record Log(
      @Setting(doc = "Its form.", value = "text") String format,
      @Setting(doc = "A line per call.", value = "on") boolean calls) {
    public static Log of(String format) {
      if (!format.equals("text") && !format.equals("json")) {
        throw new IllegalArgumentException("`" + format + "` is neither text nor json");
      }
      return new Log(format, true);
    }
  }

  /** The outlet. */
  static final class Balancers {
    private Balancers() {}

    static List<Plugin<?, String, String>> kinds() {
      return List.of(
          new Plugin<>(
              "p2c", "The better of two.", NoSettings.class, (none, lent) -> "p2c " + lent),
          new Plugin<>("least-calls", "The idlest.", NoSettings.class, (none, lent) -> "least"),
          new Plugin<>(
              "hash", "By a key.", Hash.class, (hash, lent) -> "hash " + hash.key() + " " + lent),
          new Plugin<>("sticky", "By a name.", Sticky.class, (sticky, lent) -> sticky.name()));
    }
  }

  /** Settings of a kind. */
  record Hash(
      @Setting(doc = "What is hashed.", value = "call-id") String key,
      @Setting(doc = "Most above the mean.", value = "1.25") double boundedLoad) {}

  /** Settings of a kind that need a key. */
  record Sticky(@Setting(doc = "The name.", shortForm = true) String name) {}
}
