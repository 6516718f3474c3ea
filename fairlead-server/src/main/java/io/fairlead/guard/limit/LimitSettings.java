// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.config.TextLines;
import io.fairlead.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One limit as configured. Immutable. */
public record LimitSettings(
    @Setting(doc = "What it is called in the log, the meters and `fairlead limits`.") String name,
    @Setting(
            doc =
                "What it counts by: account, from-user, from-host, to-user, request-user,"
                    + " source-ip, gateway, pool, destination, header:NAME, prefix:DIGITS, or a"
                    + " list of them for each combination. With prefix:DIGITS it looks only at"
                    + " called numbers that begin so, + or 00 taken away. A request without the"
                    + " key is not looked at.")
        List<LimitKey> key,
    @Setting(doc = "Calls at a time, those being set up included.") @Nullable Integer maxCalls,
    @Setting(doc = "New calls in each second; as many may come at once.") @Nullable Integer maxCps,
    @Setting(
            doc =
                "New calls in a time: `120/60s`. All of them may come at once; each then comes back"
                    + " after its part of the time. What is refused does not count.")
        @Nullable LimitRate rate,
    @Setting(
            doc =
                "How many called numbers in a time may be new for the key, such as `5/1h`: who"
                    + " breaks into an account calls what it has never called.")
        @Nullable LimitRate newDestinations,
    @Setting(
            doc =
                "Minutes of calls in a time, such as `600/1d`: a call that lives counts from its"
                    + " INVITE, one that is over by how long it was answered.")
        @Nullable LimitRate maxMinutes,
    @Setting(
            doc =
                "Only called numbers that begin with one of these digits, + or 00 taken away: a"
                    + " list, or `file:NAME` with one prefix in a line and # before remarks.")
        List<TextLines> prefixes,
    @Setting(value = "INVITE", doc = "Methods that the rates count. Calls are INVITEs.")
        List<String> methods,
    @Setting(doc = "Which requests it looks at; without it all.") LimitMatchSettings match,
    @Setting(
            value = "node",
            doc =
                "node: what this node sees. cluster: what all nodes see together, by"
                    + " cluster.store.redis; for max-calls alone.")
        Scope scope,
    @Setting(
            doc =
                "Networks whose P-Asserted-Identity, or else From, is believed by the key account,"
                    + " beside guard.allow.")
        List<Cidr> trusted,
    @Setting(
            value = "off",
            doc =
                "Whether calls that come from a backend of a pool are counted. A FreeSWITCH passes"
                    + " a user's call on in his name: he would be counted twice.")
        boolean fromBackends,
    @Setting(
            value = "200000",
            doc =
                "How many keys it remembers; some 200 bytes each. A key more passes uncounted,"
                    + " which a meter tells: a flood of invented callers must not stop the others.")
        int maxKeys,
    @Setting(doc = "What becomes of a request that is over it.") OverSettings over) {
  /** Who counts together. */
  public enum Scope {
    NODE,
    CLUSTER
  }

  static final int MOST_CALLS = 1_000_000;

  public LimitSettings {
    key = List.copyOf(key);
    prefixes = List.copyOf(prefixes);
    methods = List.copyOf(methods);
    trusted = List.copyOf(trusted);
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new SettingException("name", "expected letters, digits, `-`, `_` and `.`");
    }
    if (key.isEmpty()) {
      throw new SettingException("key", "expected " + LimitKey.expected());
    }
    if (maxCalls == null
        && maxCps == null
        && rate == null
        && newDestinations == null
        && maxMinutes == null) {
      throw new SettingException(
          "name",
          "`"
              + name
              + "` limits nothing: it needs max-calls, max-cps, rate, new-destinations or"
              + " max-minutes");
    }
    positive("max-calls", maxCalls);
    positive("max-cps", maxCps);
    if (newDestinations != null && newDestinations.count() > DestinationMemory.MOST / 2) {
      throw new SettingException(
          "new-destinations", "expected " + DestinationMemory.MOST / 2 + " at most");
    }
    if (maxKeys < 1) {
      throw new SettingException("max-keys", "expected 1 or more, not " + maxKeys);
    }
    boolean onlyInvite = methods.equals(List.of("INVITE"));
    if (!onlyInvite && (maxCalls != null || maxMinutes != null)) {
      throw new SettingException(
          "methods", "max-calls and max-minutes count calls, which only INVITE begins");
    }
    if (methods.isEmpty() || methods.contains("ACK") || methods.contains("CANCEL")) {
      throw new SettingException("methods", "expected methods that begin something, as INVITE");
    }
    if (scope == Scope.CLUSTER && maxCalls == null) {
      throw new SettingException("scope", "nodes count together only what max-calls limits");
    }
    if (byGateway(key) && over.route() != null) {
      throw new SettingException(
          "over", "when a gateway is over its limit the next one is tried: no route can take over");
    }
    PrefixSet.of(prefixes);
  }

  private static void positive(String key, @Nullable Integer number) {
    if (number != null && (number < 1 || number > MOST_CALLS)) {
      throw new SettingException(key, "expected 1 to " + MOST_CALLS + ", not " + number);
    }
  }

  private static boolean byGateway(List<LimitKey> key) {
    return key.stream().anyMatch(part -> part.kind() == LimitKey.Kind.GATEWAY);
  }

  /** Whether it can be asked only when a backend is chosen. */
  boolean byGateway() {
    return byGateway(key);
  }

  /** Two limits of the same name and shape count in the same table, also after a reload. */
  String shape() {
    return name + " " + key;
  }
}
