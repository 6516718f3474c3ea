// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.pool.health.HealthSettings;
import io.fairlead.pool.health.OutlierSettings;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pool's settings accept, and their defaults. */
class PoolSettingsTest {
  private static PoolSettings pool(String... body) {
    return Objects.requireNonNull(PoolRig.settings(PoolRig.yaml(body)).get("farm"));
  }

  @Test
  void aListOfUrisIsAPoolWithSafeDefaults() {
    PoolSettings pool = pool("backends: [ sip:10.0.0.11, 'sip:[::1]:5070;transport=tcp' ]");
    assertThat(pool.balance().name()).isEqualTo("p2c");
    assertThat(pool.backends())
        .extracting(BackendSettings::title)
        .containsExactly("10.0.0.11:5060", "[::1]:5070");
    assertThat(pool.backends().get(1).uri().transport()).isEqualTo("tcp");
    assertThat(pool.failover().tries()).isEqualTo(3);
    assertThat(pool.failover().onTimeout() && pool.failover().onTransport()).isTrue();
    assertThat(pool.failover().on())
        .containsExactly(
            FailoverReason.TIMEOUT,
            FailoverReason.TRANSPORT,
            FailoverReason.SERVER,
            FailoverReason.TRUNK);
    HealthSettings health = Objects.requireNonNull(pool.health());
    assertThat(health.interval()).isEqualTo(Duration.ofSeconds(5));
    OutlierSettings outliers = Objects.requireNonNull(pool.outlierDetection());
    assertThat(outliers.consecutive5xx()).isEqualTo(5);
    assertThat(pool.hashKey()).isEqualTo(HashKey.CALL_ID);
  }

  @Test
  void backendsSpeakEveryTransport() {
    PoolSettings pool =
        pool(
            "backends:",
            "  - sips:10.0.0.1",
            "  - sip:10.0.0.2;transport=tls",
            "  - sip:10.0.0.3;transport=ws",
            "  - sips:10.0.0.4;transport=ws");
    assertThat(pool.backends())
        .extracting(backend -> backend.uri().transport() + ":" + backend.uri().port())
        .containsExactly("tls:5061", "tls:5061", "ws:80", "wss:443");
  }

  @Test
  void aBackendMayBeOnAnotherNetworkThanItsPool() {
    PoolSettings pool =
        pool(
            "network: inside",
            "backends: [ sip:10.0.0.1, { uri: 'sip:192.0.2.1', network: trunks } ]");
    assertThat(pool.backends())
        .extracting(BackendSettings::network)
        .containsExactly("inside", "trunks");
  }

  @Test
  void checksAndDetectionCanBeOff() {
    PoolSettings pool = pool("health: off", "outlier-detection: off", "backends: [ sip:10.0.0.1 ]");
    assertThat(pool.health()).isNull();
    assertThat(pool.outlierDetection()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:a.example.com, udp, 5060",
    "sip:a.example.com;transport=TLS, tls, 5061",
    "sips:a.example.com, tls, 5061",
    "sips:a.example.com:5071;transport=tcp, tls, 5071",
  })
  void knowsTheTransportAndItsPort(String uri, String transport, int port) {
    BackendUri read = BackendUri.parse(uri);
    assertThat(read.transport()).isEqualTo(transport);
    assertThat(read.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backends: []|at least one backend",
        "backends: [ sip:10.0.0.1, sip:10.0.0.1:5060 ]|backends[0] is at `10.0.0.1:5060` already",
        "backends: [ {name: a, uri: sip:10.0.0.1}, {name: a, uri: sip:10.0.0.2} ]|backends[0] has"
            + " the name `a` already",
        "backends: [ {uri: sip:10.0.0.1, weight: 0} ]|weight 0",
        "backends: [ {uri: sip:10.0.0.1, weight: -1} ]|0 to 10000",
        "backends: [ {uri: sip:10.0.0.1, max-calls: 0} ]|1 or more",
        "backends: [ tel:123 ]|a SIP URI",
        "backends: [ sip:a@10.0.0.1 ]|no user part",
        "backends: [ sip:10.0.0.1;transport=sctp ]|udp, tcp, tls, ws and wss are",
        "health: {timeout: 5s}|less than `interval`",
        "health: {timeout: 2s}|less than `unhealthy-interval`",
        "failover: {on: [487]}|always goes to the caller",
        "failover: {tries: 0}|1 or more",
        "outlier-detection: {max-ejection-time: 1s}|shorter than base-ejection-time",
        "balance: best|one of round-robin",
        "'balance: hash\nhash: {bounded-load: 1}'|more than 1",
        "'balance: hash\nhash: {key: mood}'|call-id, from-user",
      })
  void saysWhatIsWrong(String line, String words) {
    String body = line.replace("\\n", "\n");
    String rest = body.startsWith("backends") ? "retry-after: 5s" : "backends: [ sip:10.0.0.1 ]";
    assertThatThrownBy(() -> pool(body, rest)).hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({
    "'cps-queue: 11s', cps-queue, expected 10s at most",
    "'idle-cpu: 120%', idle-cpu, between 0% and 100%",
    "'slow-start: {window: 0s}', window, expected more than zero",
    "'slow-start: {aggression: 0}', aggression, expected more than 0",
    "'slow-start: {min-weight-percent: 0%}', min-weight-percent, expected 1 percent or more",
  })
  void refusesWhatCannotBeMeant(String line, String key, String expected) {
    assertThatThrownBy(() -> pool(line, "backends: [ sip:10.0.0.1 ]"))
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "max-cps: 0, max-cps, expected 1 or more",
    "'resources: {fax: -1}', resources.fax, expected 0 or more",
    "'resources: {\"\": 1}', resources, the name of a resource is empty",
  })
  void refusesABackendThatCannotBeMeant(String line, String key, String expected) {
    assertThatThrownBy(() -> pool(PoolRig.backends(1, line)))
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
  }

  @Test
  void roomIsLookedAtWithSafeDefaults() {
    PoolSettings pool = pool("backends: [ sip:10.0.0.1 ]");
    assertThat(pool.cpsQueue()).isEqualTo(Duration.ofMillis(500));
    assertThat(Objects.requireNonNull(pool.idleCpu()).value()).isEqualTo(20);
    SlowStartSettings slowStart = Objects.requireNonNull(pool.slowStart());
    assertThat(slowStart.window()).isEqualTo(Duration.ofMinutes(1));
    assertThat(slowStart.factor(Duration.ofSeconds(45).toNanos())).isEqualTo(0.75);
    PoolSettings off = pool("idle-cpu: off", "slow-start: off", "backends: [ sip:10.0.0.1 ]");
    assertThat(off.idleCpu()).isNull();
    assertThat(off.slowStart()).isNull();
  }
}
