// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fairlead.observe.Gauges;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CertificateExpiryTest {
  private static final Instant END = Instant.parse("2031-05-01T00:00:00Z");

  private final Logger log = (Logger) LoggerFactory.getLogger(CertificateExpiry.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final Meters meters = new Meters();
  private final CertificateExpiry expiries = new CertificateExpiry(meters, this::nowMs);
  private final List<TlsIdentity> identities;
  private Duration left = Duration.ofDays(365);

  CertificateExpiryTest(@TempDir Path folder) throws IOException {
    identities = List.of(TlsIdentity.read(ending(folder, "a")));
  }

  private static CertificateSettings ending(Path folder, String name) throws IOException {
    CertificateMaker.Pair pair =
        new CertificateMaker(name).name(name).valid(END.minus(Duration.ofDays(700)), END).make();
    return new TestCertificates(folder).write(name, pair);
  }

  private long nowMs() {
    return END.minus(left).toEpochMilli();
  }

  @BeforeEach
  void listen() {
    said.start();
    log.addAppender(said);
  }

  @AfterEach
  void stop() {
    log.detachAppender(said);
  }

  private List<String> words(Duration leftThen) {
    left = leftThen;
    said.list.clear();
    expiries.look(identities);
    expiries.look(identities);
    return said.list.stream()
        .map(event ->
            event.getLevel() + event.getFormattedMessage().replaceFirst(".*: the certificate", ""))
        .toList();
  }

  @Test
  void warnsOnceAtEachStepBeforeTheEnd() {
    assertThat(words(Duration.ofDays(365))).isEmpty();
    assertThat(words(Duration.ofDays(30).plusSeconds(1))).isEmpty();
    assertThat(words(Duration.ofDays(30))).containsExactly("WARN expires in 30 days");
    assertThat(words(Duration.ofDays(29))).isEmpty();
    assertThat(words(Duration.ofDays(14).plusSeconds(1))).isEmpty();
    assertThat(words(Duration.ofDays(14))).containsExactly("WARN expires in 14 days");
    assertThat(words(Duration.ofDays(7).plusSeconds(1))).isEmpty();
    assertThat(words(Duration.ofDays(7))).containsExactly("WARN expires in 7 days");
    assertThat(words(Duration.ofHours(24))).containsExactly("WARN expires in 1 days");
    assertThat(words(Duration.ofSeconds(1))).isEmpty();
    assertThat(words(Duration.ZERO)).containsExactly("ERROR has expired");
    assertThat(words(Duration.ofDays(-1))).isEmpty();
  }

  @Test
  void saysOnlyTheLastStepOfOneThatIsFoundLate() {
    assertThat(words(Duration.ofDays(3))).containsExactly("WARN expires in 3 days");
    assertThat(words(Duration.ofHours(3))).containsExactly("WARN expires in 0 days");
  }

  @Test
  void warnsAnewOfOneThatWasReplacedByOneThatEndsToo() {
    assertThat(words(Duration.ofDays(3))).hasSize(1);
    assertThat(words(Duration.ofDays(90))).isEmpty();
    assertThat(words(Duration.ofDays(3))).hasSize(1);
    assertThat(said.list.getFirst().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void showsWhatIsLeft() {
    expiries.measure(identities);
    left = Duration.ofDays(2);
    assertThat(shown()).isEqualTo(Duration.ofDays(2));
    left = Duration.ofSeconds(-5);
    assertThat(shown()).isEqualTo(Duration.ofSeconds(-5));
  }

  private Duration shown() {
    String file = identities.getFirst().file().toString();
    return Duration.ofMillis(Gauges.value(meters, Meter.CERTIFICATE_EXPIRY, file));
  }
}
