// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.Offence;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meter;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.SourceVerdict;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is heard before anything is read. */
class GateTest {
  private static final String STRANGER = "192.0.2.77";

  @ParameterizedTest
  @CsvSource({
    "198.51.7.7, BARRED",
    "198.51.100.1, HEARD",
    "2001:db8:bad:1::1, BARRED",
    "2001:db8::1, HEARD",
    "192.0.2.1, HEARD"
  })
  void allowGoesBeforeDeny(String address, SourceVerdict verdict) {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);

    assertThat(gates.hear(address)).isEqualTo(verdict);
    InetAddress from = InetAddress.ofLiteral(address);
    assertThat(gates.gate.connection(SourceKey.upper(from), SourceKey.lower(from), 0))
        .isEqualTo(verdict == SourceVerdict.HEARD);
  }

  @Test
  void whoIsBannedIsNotHeardUnlessAllowed() {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    gates.banned = Gates.key(STRANGER);
    assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.BARRED);
    gates.banned = Gates.key(Gates.TRUNK);
    assertThat(gates.hear(Gates.TRUNK)).isEqualTo(SourceVerdict.HEARD);
  }

  @ParameterizedTest
  @ValueSource(strings = {STRANGER, "2001:db8::1"})
  void aStrangerHasItsBudget(String address) {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);

    assertThat(gates.heard(address, 100)).isEqualTo(30);
    gates.loop.advanceMs(1000);
    assertThat(gates.heard(address, 100)).isBetween(14, 16);
    assertThat(gates.meters.counter(Meter.GUARD_DROPPED, "flood").value()).isGreaterThan(150);
  }

  @Test
  void oneNetworkOfIpv6IsOneSource() {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    assertThat(gates.heard("2001:db8::1", 20) + gates.heard("2001:db8::2", 20)).isEqualTo(30);
    assertThat(gates.heard("2001:db8:0:1::1", 20)).isEqualTo(20);
  }

  @Test
  void thoseWeKnowAreNeverCounted() throws Exception {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    gates.gate.trusted().ours(List.of(InetAddress.ofLiteral("10.0.0.1")));
    gates.gate.trusted().proven(Gates.key(STRANGER), gates.loop.nowNs());

    for (String known : List.of(Gates.TRUNK, "10.0.0.1", STRANGER)) {
      assertThat(gates.heard(known, 10_000)).as(known).isEqualTo(10_000);
    }
    gates.loop.advanceMs(3_700_000);
    assertThat(gates.heard(STRANGER, 100)).isEqualTo(30);
  }

  @Test
  void theBudgetGrowsWithRegistrations() {
    Gates gates = Gates.flooded("30/2s", FloodExemption.ALLOWED);
    gates.gate.trusted().proven(Gates.key(STRANGER), gates.loop.nowNs());

    assertThat(gates.heard(STRANGER, 1000)).isBetween(60, 61);
    assertThat(gates.heard("192.0.2.78", 1000)).isEqualTo(30);
    assertThat(gates.heard(Gates.TRUNK, 1000)).isEqualTo(1000);
  }

  @Test
  void whoSendsRubbishIsNotHeardForAWhileAndHisConnectionsAre() {
    Gates gates = new Gates(Gates.settings(null, FloodExemption.REGISTERED, java.util.Map.of()));
    for (int i = 0; i < 10; i++) {
      assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.HEARD);
      gates.requests.malformed(Gates.from(STRANGER));
    }
    assertThat(gates.offences).hasSize(10).containsOnly(Offence.MALFORMED);
    assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.DROPPED);
    assertThat(gates.hear(STRANGER, true)).isEqualTo(SourceVerdict.HEARD);
    gates.loop.advanceMs(1100);
    assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.HEARD);
    gates.requests.malformed(Gates.from(STRANGER));
    gates.requests.malformed(Gates.from(STRANGER));
    assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.DROPPED);
    gates.gate.trusted().proven(Gates.key(STRANGER), gates.loop.nowNs());
    assertThat(gates.hear(STRANGER)).isEqualTo(SourceVerdict.HEARD);
  }

  @Test
  void refusalsByManyNumbersMakeAScanner() {
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    for (int i = 0; i < 40; i++) {
      byte[] to = ("u" + i).getBytes(StandardCharsets.US_ASCII);
      CallRecord record =
          new CallRecord(CallRecord.Kind.CALL, 0)
              .callId(to, 0, to.length)
              .from(to, 0, 0, 0, 0)
              .to(to, 0, to.length, 0, 0)
              .source(new InetSocketAddress(STRANGER, 5060))
              .answered(404, 0);
      gates.gate.ended(record, gates.loop.nowNs());
    }
    CapturedFlow flow = Gates.from(STRANGER);
    assertThat(gates.requests.judge(flow, Gates.invite(1)))
        .extracting(GateRefusal::rule)
        .isEqualTo("scanner-users");
    assertThat(gates.requests.judge(Gates.from("192.0.2.78"), Gates.invite(1))).isNull();
  }

  /** Whatever strangers send, by whatever addresses, a good phone is heard. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aGoodPhoneAmongJunkIsNeverRefused(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    String[] junk = new String[2000];
    for (int i = 0; i < junk.length; i++) {
      junk[i] = "192.1." + i / 250 + "." + i % 250;
    }
    for (int step = 0; step < 3000; step++) {
      for (int i = 0; i < 20; i++) {
        String from = random.nextInt(4) == 0 ? invented(random) : junk[random.nextInt(2000)];
        if (gates.hear(from) == SourceVerdict.HEARD && random.nextBoolean()) {
          gates.requests.malformed(Gates.from(from));
        }
      }
      // Four lines that register together, each minute.
      if (step % 1000 == 0) {
        assertThat(gates.heard(STRANGER, 8)).isEqualTo(8);
      }
      gates.loop.advanceMs(60);
    }
  }

  private static String invented(SplittableRandom random) {
    return "11." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
  }

  @Test
  void askingAllocatesNothing() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Gates gates = Gates.flooded("30/2s", FloodExemption.REGISTERED);
    CapturedFlow flow = Gates.from(STRANGER);
    var register = Gates.request("REGISTER", "sip:a@example.org", 1, "User-Agent: Phone/1");
    long least = Long.MAX_VALUE;
    long heard = 0;
    for (int round = 0; round < 100 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2000; i++) {
        long lower = 0xffffL << 32 | i * 7919L & 0xffffffffL;
        heard += gates.gate.message(0, lower, false, i).ordinal();
        heard += gates.gate.message(i * 7919L, i, false, i).ordinal();
        gates.gate.trusted().proven(i, i);
        heard += gates.requests.judge(flow, register) == null ? 1 : 0;
        heard += gates.requests.rate(register, r -> false) == null ? 1 : 0;
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(heard).isPositive();
    assertThat(least).isZero();
  }
}
