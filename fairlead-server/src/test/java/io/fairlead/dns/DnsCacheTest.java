// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.DnsAnswer.Outcome;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lifetimes, failures and bounds, in virtual time. */
class DnsCacheTest {
  private static final DnsQuestion NAME = new DnsQuestion("gw.test", DnsRecordType.A);

  private final FakeDns dns = new FakeDns();
  private final ManualLoop loop = new ManualLoop();
  private final Meters meters = new Meters();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private final List<DnsAnswer> told = new ArrayList<>();
  private boolean slow;
  private final DnsCache cache = cache(DnsSettings.USUAL);

  private DnsCache cache(DnsSettings settings) {
    return new DnsCache(settings, dns, this::elsewhere, meters);
  }

  private void elsewhere(Runnable task) {
    if (slow) {
      held.add(task);
    } else {
      task.run();
    }
  }

  private void answerHeld() {
    slow = false;
    while (!held.isEmpty()) {
      held.remove().run();
    }
    loop.runCommands();
  }

  private void ask() {
    cache.ask(NAME, loop, entry -> told.add(entry.answer()));
    loop.runCommands();
  }

  private boolean fresh() {
    return cache.fresh(NAME, loop.nowNs()) != null;
  }

  @Test
  void usesAnAnswerForItsLifetime() {
    dns.host("gw.test", "10.0.0.1").ttl = Duration.ofSeconds(20);
    ask();
    loop.advance(Duration.ofMillis(19_900));
    assertThat(fresh()).isTrue();
    loop.advance(Duration.ofMillis(100));
    assertThat(fresh()).isFalse();
  }

  @Test
  void boundsTheLifetime() {
    dns.host("gw.test", "10.0.0.1").ttl = Duration.ZERO;
    ask();
    loop.advance(Duration.ofMillis(900));
    assertThat(fresh()).as("min-ttl").isTrue();
    loop.advance(Duration.ofMillis(100));
    assertThat(fresh()).isFalse();

    dns.ttl = Duration.ofDays(7);
    ask();
    loop.advance(Duration.ofMinutes(59));
    assertThat(fresh()).isTrue();
    loop.advance(Duration.ofMinutes(1));
    assertThat(fresh()).as("max-ttl").isFalse();
  }

  @Test
  void remembersThatThereIsNone() {
    dns.ttl = Duration.ofSeconds(10);
    ask();
    assertThat(told.getLast().outcome()).isEqualTo(Outcome.NONE);
    loop.advance(Duration.ofMillis(9900));
    assertThat(fresh()).isTrue();
    loop.advance(Duration.ofMillis(100));
    assertThat(fresh()).isFalse();

    dns.ttl = Duration.ofHours(3);
    ask();
    loop.advance(Duration.ofSeconds(30));
    assertThat(fresh()).as("negative-ttl").isFalse();
  }

  @Test
  void remembersAFailureForAShortTime() {
    dns.dead = true;
    ask();
    assertThat(told.getLast().outcome()).isEqualTo(Outcome.FAILED);
    loop.advance(Duration.ofMillis(4900));
    assertThat(fresh()).isTrue();
    loop.advance(Duration.ofMillis(100));
    assertThat(fresh()).isFalse();
  }

  @Test
  void keepsAnOldAnswerWhileTheDnsIsDown() {
    dns.host("gw.test", "10.0.0.1").ttl = Duration.ofSeconds(10);
    ask();
    DnsAnswer old = told.getLast();
    dns.dead = true;
    loop.advance(Duration.ofHours(23));
    ask();
    assertThat(told.getLast()).isEqualTo(old);
    assertThat(meters.counter(Meter.DNS_STALE).value()).isEqualTo(1);
    loop.advance(Duration.ofSeconds(29));
    assertThat(fresh()).as("nobody asks again for stale-ttl").isTrue();
    loop.advance(Duration.ofSeconds(1));
    assertThat(fresh()).isFalse();

    loop.advance(Duration.ofHours(1));
    ask();
    assertThat(told.getLast().outcome()).as("older than `stale`").isEqualTo(Outcome.FAILED);
  }

  @Test
  void takesWhatTheDnsSaysWhenItIsBack() {
    dns.host("gw.test", "10.0.0.1").ttl = Duration.ofSeconds(10);
    ask();
    dns.dead = true;
    loop.advance(Duration.ofSeconds(10));
    ask();
    dns.dead = false;
    dns.host("gw.test", "10.0.0.2");
    loop.advance(Duration.ofSeconds(30));
    ask();
    assertThat(told.getLast()).isEqualTo(dns.ask(NAME));

    dns.host("gw.test");
    loop.advance(Duration.ofSeconds(10));
    ask();
    assertThat(told.getLast().outcome()).as("gone is gone").isEqualTo(Outcome.NONE);
  }

  @Test
  void waitsAMomentOnlyForASlowDnsWhenAnOldAnswerIsAtHand() {
    dns.host("gw.test", "10.0.0.1").ttl = Duration.ofSeconds(10);
    ask();
    DnsAnswer old = told.getLast();
    loop.advance(Duration.ofSeconds(10));
    slow = true;
    ask();
    loop.advance(Duration.ofMillis(290));
    assertThat(told).hasSize(1);
    loop.advance(Duration.ofMillis(20));
    assertThat(told).hasSize(2).last().isEqualTo(old);
    assertThat(fresh()).as("the next does not wait").isTrue();

    dns.host("gw.test", "10.0.0.2");
    answerHeld();
    assertThat(told).hasSize(2);
    assertThat(cache.fresh(NAME, loop.nowNs()))
        .extracting(DnsCache.Entry::answer)
        .isNotEqualTo(old);
    assertThat(loop.timers().size()).isZero();
  }

  @Test
  void asksOnceForManyWhoWait() {
    dns.host("gw.test", "10.0.0.1");
    slow = true;
    ask();
    ask();
    ask();
    assertThat(told).isEmpty();
    answerHeld();
    assertThat(dns.asked).hasSize(1);
    assertThat(told).hasSize(3);
  }

  @Test
  void boundsTheQuestionsUnderWay() {
    DnsCache small = cache(TunedDns.bounded(2, 100));
    slow = true;
    List<String> why = new ArrayList<>();
    for (String name : List.of("a.test", "b.test", "c.test")) {
      DnsQuestion question = new DnsQuestion(name, DnsRecordType.A);
      small.ask(question, loop, entry -> why.add(entry.answer().why()));
    }
    assertThat(why).containsExactly("too many look-ups under way to look for c.test");
    assertThat(meters.counter(Meter.DNS_QUESTIONS, "refused").value()).isEqualTo(1);

    answerHeld();
    small.ask(new DnsQuestion("c.test", DnsRecordType.A), loop, entry -> why.add("asked"));
    loop.runCommands();
    assertThat(why).last().isEqualTo("asked");
  }

  @Test
  void boundsWhatIsRemembered() {
    DnsCache small = cache(TunedDns.bounded(10, 10));
    for (int i = 0; i < 50; i++) {
      DnsQuestion question = new DnsQuestion("h" + i + ".test", DnsRecordType.A);
      small.ask(question, loop, entry -> told.add(entry.answer()));
      loop.runCommands();
      assertThat(small.size()).isBetween(1, 10);
      assertThat(small.fresh(question, loop.nowNs())).isNotNull();
    }
    assertThat(told).hasSize(50);
  }

  @Test
  void survivesAResolverThatBreaks() {
    DnsCache broken =
        new DnsCache(
            DnsSettings.USUAL,
            question -> {
              throw new IllegalStateException("broken");
            },
            Runnable::run,
            meters);
    broken.ask(NAME, loop, entry -> told.add(entry.answer()));
    loop.runCommands();
    assertThat(told).containsExactly(DnsAnswer.failed("the look-up broke: broken"));
  }
}
