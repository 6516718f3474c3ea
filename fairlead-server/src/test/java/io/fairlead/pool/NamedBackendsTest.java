// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.DnsRecordType;
import io.fairlead.observe.Meter;
import io.fairlead.pool.health.HealthState;
import io.fairlead.transport.Peer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backend that is a name stands for the servers it leads to, which come and go with the DNS. */
class NamedBackendsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String SRV = "_sip._udp.farm.test";

  private final PoolRig farm =
      PoolRig.of("backends: ['sip:farm.test', {name: lit, uri: 'sip:10.9.9.9'}]");

  private static PoolRig named(String backend) {
    return PoolRig.of("backends: [" + backend + "]");
  }

  private void serves(String... servers) {
    farm.dns
        .host("a.test", "10.0.0.1")
        .host("b.test", "10.0.0.2")
        .host("c.test", "10.0.0.3")
        .srv(SRV, servers);
    farm.loop.advance(MINUTE);
  }

  private List<String> names() {
    return names(farm);
  }

  private static List<String> names(PoolRig farm) {
    return farm.pool().backends().stream().map(Backend::name).toList();
  }

  @Test
  void isDownWithTheReasonUntilTheNameLeadsSomewhere() {
    Backend named = farm.backend("farm.test:5060");
    assertThat(named.address()).isNull();
    assertThat(named.health().state()).isEqualTo(HealthState.DOWN);
    assertThat(named.health().reason()).isEqualTo("cannot resolve farm.test");
    assertThat(farm.picked(1, List.of()).name()).isEqualTo("lit");

    serves("1 10 5080 a.test");
    assertThat(names()).containsExactly("farm.test/10.0.0.1:5080", "lit");
    assertThat(farm.prober.count("farm.test/10.0.0.1:5080")).isPositive();
  }

  @Test
  void becomesOneBackendForEachServerOfItsSrvRecords() {
    serves("1 30 5080 a.test", "1 10 5081 b.test", "2 1 5080 c.test");

    assertThat(names())
        .containsExactly(
            "farm.test/10.0.0.1:5080", "farm.test/10.0.0.2:5081", "farm.test/10.0.0.3:5080", "lit");
    Backend a = farm.backend("farm.test/10.0.0.1:5080");
    assertThat(a.uri().toString()).isEqualTo("sip:10.0.0.1:5080");
    assertThat(a.peer()).isNotNull().extracting(Peer::domain).isEqualTo("farm.test");
    assertThat(a.settings().weight()).isEqualTo(30);
    assertThat(farm.pool().available())
        .as("the second priority waits")
        .extracting(Backend::name)
        .containsExactly("farm.test/10.0.0.1:5080", "farm.test/10.0.0.2:5081", "lit");
    assertThat(farm.backend("lit").peer()).isNotNull().extracting(Peer::domain).isNull();
  }

  @Test
  void multipliesTheWeights() {
    PoolRig farm = named("{uri: 'sip:farm.test', weight: 3, name: fs, max-calls: 7, tags: [x]}");
    farm.dns.host("a.test", "10.0.0.1").srv(SRV, "1 5 5080 a.test", "1 0 5081 a.test");
    farm.loop.advance(MINUTE);

    Backend heavy = farm.backend("fs/10.0.0.1:5080");
    assertThat(heavy.settings().weight()).isEqualTo(15);
    assertThat(heavy.settings().maxCalls()).isEqualTo(7);
    assertThat(heavy.settings().tags()).containsExactly("x");
    assertThat(farm.backend("fs/10.0.0.1:5081").settings().weight()).isEqualTo(3);
  }

  @Test
  void scalesWeightsThatAreTooLargeTogether() {
    PoolRig farm = named("{uri: 'sip:farm.test', weight: 10}");
    farm.dns
        .host("a.test", "10.0.0.1")
        .srv(SRV, "1 60000 5080 a.test", "1 30000 5081 a.test", "1 1 5082 a.test");
    farm.loop.advance(MINUTE);

    assertThat(farm.pool().backends())
        .extracting(backend -> backend.settings().weight())
        .containsExactly(10_000, 5_000, 1);
  }

  @Test
  void standsForAllAddressesWhenThereIsNoSrv() {
    PoolRig farm = named("'sip:plain.test', 'sip:plain.test:5070;transport=tcp'");
    farm.dns.host("plain.test", "10.0.0.1", "10.0.0.2", "2001:db8::1");
    farm.loop.advance(MINUTE);

    assertThat(names(farm))
        .containsExactlyInAnyOrder(
            "plain.test/10.0.0.1:5060",
            "plain.test/10.0.0.2:5060",
            "plain.test/[2001:db8:0:0:0:0:0:1]:5060",
            "plain.test/tcp:10.0.0.1:5070",
            "plain.test/tcp:10.0.0.2:5070",
            "plain.test/tcp:[2001:db8:0:0:0:0:0:1]:5070");
    assertThat(farm.backend("plain.test/tcp:10.0.0.1:5070").transport()).isEqualTo("tcp");
  }

  @Test
  void serversThatStayKeepHealthCallsAndNumbers() {
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    Backend a = farm.backend("farm.test/10.0.0.1:5080");
    CallSlot call = a.occupy(0);
    farm.answers(a, 200);
    farm.prober.answer(a.name(), FakeProber.REFUSED);
    farm.loop.advance(MINUTE);
    assertThat(a.health().state()).isEqualTo(HealthState.DOWN);

    serves("1 1 5080 c.test", "1 2 5080 a.test");
    assertThat(farm.backend("farm.test/10.0.0.1:5080")).isSameAs(a);
    assertThat(a.health().state()).isEqualTo(HealthState.DOWN);
    assertThat(a.load()).isEqualTo(1);
    assertThat(a.settings().weight()).isEqualTo(2);
    assertThat(a.statistics().succeeded()).isEqualTo(1);
    assertThat(names())
        .containsExactly("farm.test/10.0.0.1:5080", "farm.test/10.0.0.3:5080", "lit");
    call.release();
  }

  @Test
  void aServerThatLeavesKeepsItsCallsAndIsForgottenAfterThem() {
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    Backend b = farm.backend("farm.test/10.0.0.2:5080");
    CallSlot call = b.occupy(0);
    serves("1 1 5080 a.test");

    assertThat(names()).containsExactly("farm.test/10.0.0.1:5080", "lit");
    assertThat(b.health().state()).isEqualTo(HealthState.DRAINING);
    assertThat(b.health().reason()).isEqualTo("no longer in the DNS");
    assertThat(b.load()).isEqualTo(1);

    serves("1 1 5080 a.test", "1 1 5080 b.test");
    assertThat(farm.backend("farm.test/10.0.0.2:5080")).as("back before the end").isSameAs(b);
    assertThat(b.health().state()).isEqualTo(HealthState.HEALTHY);

    serves("1 1 5080 a.test");
    call.release();
    farm.loop.advance(MINUTE);
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    assertThat(farm.backend("farm.test/10.0.0.2:5080")).as("a new one").isNotSameAs(b);
  }

  @Test
  void anEmptyOrFailedAnswerKeepsTheLastServers() {
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    List<Backend> before = farm.pool().backends();
    farm.dns.dead = true;
    farm.loop.advance(Duration.ofHours(26));
    assertThat(farm.pool().backends()).isEqualTo(before);

    farm.dns.dead = false;
    farm.dns.srv(SRV);
    farm.loop.advance(MINUTE);
    assertThat(farm.pool().backends()).isEqualTo(before);
    assertThat(before).allMatch(Backend::takesCalls);
  }

  @Test
  void aServerWhoseAddressCannotBeLookedUpNowStays() {
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    List<Backend> before = farm.pool().backends();
    farm.dns.breaks("b.test", DnsRecordType.A).breaks("b.test", DnsRecordType.AAAA);
    farm.loop.advance(Duration.ofHours(26));
    assertThat(farm.pool().backends()).isEqualTo(before);
  }

  @Test
  void otherOrderOfTheSameServersChangesNothing() {
    serves("1 1 5080 a.test", "1 1 5080 b.test");
    Pools before = farm.pools;
    serves("1 1 5080 b.test", "1 1 5080 a.test");
    assertThat(farm.pools).isSameAs(before);
  }

  @Test
  void looksAgainWhenTheLifetimeIsOverButNotBeforeTheInterval() {
    farm.dns.ttl = Duration.ofSeconds(20);
    serves("1 1 5080 a.test");
    int before = farm.lookups;
    farm.loop.advance(Duration.ofSeconds(100));
    assertThat(farm.lookups - before).isBetween(4, 5);

    farm.dns.ttl = Duration.ofSeconds(1);
    farm.loop.advance(MINUTE);
    before = farm.lookups;
    farm.loop.advance(Duration.ofSeconds(100));
    assertThat(farm.lookups - before).as("resolve-interval: 5s").isBetween(19, 20);
  }

  @Test
  void aReloadKeepsWhatIsKnown() {
    serves("1 1 5080 a.test");
    Backend a = farm.backend("farm.test/10.0.0.1:5080");
    farm.dns.dead = true;
    int before = farm.lookups;
    farm.reload("balance: round-robin", "backends: ['sip:farm.test']");
    assertThat(farm.pool().backends()).containsExactly(a);
    assertThat(farm.lookups).isEqualTo(before);

    farm.reload("backends: ['sip:10.0.0.7']");
    assertThat(a.health().reason()).isEqualTo("removed from the configuration");
    farm.loop.advance(Duration.ofHours(1));
    assertThat(farm.lookups).as("nobody asks for it any more").isEqualTo(before);
  }

  @Test
  void aPoolWithoutTheNameIsLeftAlone() {
    PoolRig farm = PoolRig.of("backends: ['sip:farm.test']", "", "");
    Pool before = farm.pool();
    farm.dns.host("a.test", "10.0.0.1").srv(SRV, "1 1 5080 a.test");
    farm.loop.advance(MINUTE);
    Pool after = farm.pool();
    assertThat(after).isNotSameAs(before);
    farm.onServers();
    farm.loop.runCommands();
    assertThat(farm.pool()).isSameAs(after);
    assertThat(farm.prober.count("farm.test/10.0.0.1:5080")).isPositive();
  }

  @Test
  void metersAreNamedAsTheBackends() {
    serves("1 1 5080 a.test");
    farm.picked(1, List.of(farm.backend("lit")));
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(farm.meters.counter(Meter.POOL_PICKS, "farm", "farm.test/10.0.0.1:5080").value())
        .isEqualTo(1);
  }
}
