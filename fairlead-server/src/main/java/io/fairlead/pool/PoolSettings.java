// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.ChosenPlugin;
import io.fairlead.config.Percent;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.esl.EslSettings;
import io.fairlead.pool.balance.Balancer;
import io.fairlead.pool.balance.BalancerTools;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.balance.HashSettings;
import io.fairlead.pool.health.HealthSettings;
import io.fairlead.pool.health.OutlierSettings;
import io.fairlead.transport.tls.TlsClientSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A farm of backends and how calls are spread over it. Immutable. */
public record PoolSettings(
    @Setting(doc = "The servers that calls are spread over. At least one is needed.")
        List<BackendSettings> backends,
    @Setting(
            doc =
                "How a backend is chosen. p2c compares the load of two drawn at random: close to"
                    + " the least loaded, and several Fairleads do not all run to the same one.",
            value = "p2c",
            kinds = Balancers.class)
        ChosenPlugin<?, BalancerTools, Balancer> balance,
    @Setting(doc = "When a call in set-up goes to the next backend.") FailoverSettings failover,
    @Setting(doc = "How backends are asked whether they live.", off = true)
        @Nullable HealthSettings health,
    @Setting(doc = "When a backend is set aside because calls to it fail.", off = true)
        @Nullable OutlierSettings outlierDetection,
    @Setting(
            doc =
                "When less than this share of the weight is healthy, the checks are doubted: an"
                    + " error is logged, and a call that no healthy backend takes goes to the"
                    + " others.",
            value = "50%")
        Percent panicThreshold,
    @Setting(
            value = "10",
            doc =
                "When no backend takes calls, and some do not only because of what they answered to"
                    + " calls, the one refused longest ago is asked all the same: so many calls at"
                    + " a time until they are answered. The first good answer brings it back. Ten"
                    + " are enough for hundreds of calls a second where answers take milliseconds,"
                    + " and few for one that is full indeed.")
        int trialCalls,
    @Setting(doc = "Retry-After of our own 503 when no backend can take the call.", value = "5s")
        Duration retryAfter,
    @Setting(
            doc =
                "The host names of backends are looked up again when the DNS says that their"
                    + " lifetime is over, but not sooner than this.",
            value = "5s")
        Duration resolveInterval,
    @Setting(
            doc =
                "The network of the listeners its backends are reached by, as `network` names it"
                    + " there.")
        @Nullable String network,
    @Setting(
            doc =
                "How certificates of its backends are verified, and what we show them, over TLS or"
                    + " secure WebSocket. Without it: in full, against what the system trusts.")
        @Nullable TlsClientSettings tls,
    @Setting(doc = "How a backend that comes back takes up calls: little by little.", off = true)
        @Nullable SlowStartSettings slowStart,
    @Setting(
            value = "500ms",
            doc =
                "How long a call may wait for a backend's `max-cps` before it is refused: a burst"
                    + " is spread over so much time.")
        Duration cpsQueue,
    @Setting(
            value = "20%",
            off = true,
            doc =
                "A FreeSWITCH whose machine has less idle CPU than this counts as fuller than its"
                    + " sessions say, the more the less is idle: calls that record or transcode"
                    + " cost more than others. Above it only sessions count, since that much is"
                    + " needed for bursts anyway.")
        @Nullable Percent idleCpu,
    @Setting(
            doc =
                "The event socket of its backends, when they are FreeSWITCH: their load, whether"
                    + " they are paused, their conferences and queues.")
        @Nullable EslSettings esl,
    @Setting(
            value = "auto",
            doc =
                "Whether backends are told the caller's address in X-AUTH-IP and X-AUTH-PORT, which"
                    + " FreeSWITCH's `apply-proxy-acl` asks for. auto: with `esl`. Those that come"
                    + " from outside are always removed.")
        XAuthIp xAuthIp,
    @Setting(
            value = "off",
            doc =
                "Whether backends are told by `oc` in Via that we listen, and then obeyed when they"
                    + " ask for fewer calls (RFC 7339, RFC 7415). FreeSWITCH does not know it;"
                    + " other proxies and session border controllers may.")
        boolean overloadControl) {
  /** Whether backends are told the caller's address. */
  public enum XAuthIp {
    AUTO,
    YES,
    NO
  }

  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(10);

  public PoolSettings {
    String side = network;
    TlsClientSettings trust = tls;
    EslSettings socket = esl;
    backends = backends.stream().map(each -> each.in(side, trust, socket)).toList();
    if (backends.isEmpty()) {
      throw new SettingException("backends", "a pool needs at least one backend");
    }
    refuseTwins(backends);
    if (backends.stream().allMatch(backend -> backend.weight() == 0)) {
      throw new SettingException("backends", "every backend has weight 0, so none takes calls");
    }
    if (trialCalls < 1) {
      throw new SettingException("trial-calls", "expected 1 or more");
    }
    if (!retryAfter.isPositive()) {
      throw new SettingException("retry-after", "expected more than zero");
    }
    if (cpsQueue.isNegative()) {
      throw new SettingException("cps-queue", "expected 0s or more");
    }
    if (cpsQueue.compareTo(LONGEST_QUEUE) > 0) {
      throw new SettingException(
          "cps-queue", "expected 10s at most: nobody listens to silence longer");
    }
    if (!resolveInterval.isPositive()) {
      throw new SettingException("resolve-interval", "expected more than zero");
    }
  }

  /** Whether that backend is told where requests come from. */
  boolean tellsCallers(BackendSettings backend) {
    return switch (xAuthIp) {
      case YES -> true;
      case NO -> false;
      case AUTO -> backend.esl() != null;
    };
  }

  private static void refuseTwins(List<BackendSettings> backends) {
    Map<String, Integer> uris = new HashMap<>();
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < backends.size(); i++) {
      BackendSettings backend = backends.get(i);
      String here = "backends[" + i + "]";
      String where = backend.uri().hostPort() + ";transport=" + backend.uri().transport();
      Integer twin = uris.putIfAbsent(where, i);
      if (twin != null) {
        throw new SettingException(
            here, "backends[" + twin + "] is at `" + backend.uri().hostPort() + "` already");
      }
      Integer namesake = names.putIfAbsent(backend.title(), i);
      if (namesake != null) {
        throw new SettingException(
            here, "backends[" + namesake + "] has the name `" + backend.title() + "` already");
      }
    }
  }

  /** What requests are hashed by: as configured for {@code hash}, else the Call-ID. */
  HashKey hashKey() {
    return balance.settings() instanceof HashSettings hash ? hash.key() : HashKey.CALL_ID;
  }
}
