// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * Time stamps of both logs have three digits of a fraction, never fewer and never more, and Z:
 * fail2ban drops the zone behind more than six, and then bans nobody outside UTC.
 */
class TimeStampTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00.000Z",
    "7, 1970-01-01T00:00:00.007Z",
    "951782400000, 2000-02-29T00:00:00.000Z",
    "1795353723120, 2026-11-22T13:22:03.120Z",
    "1798761599999, 2026-12-31T23:59:59.999Z",
    "4102444800000, 2100-01-01T00:00:00.000Z",
  })
  void haveThreeFractionDigitsAndAreUtc(long epochMs, String expected) {
    assertThat(call(epochMs, false)).startsWith("time=" + expected + " ");
    assertThat(call(epochMs, true)).startsWith("{\"time\":\"" + expected + "\",");
    assertThat(event(epochMs, false)).startsWith("time=" + expected + " ");
    assertThat(event(epochMs, true)).startsWith("{\"time\":\"" + expected + "\",");
  }

  private static String call(long epochMs, boolean json) {
    LogLine line = new LogLine();
    CallRecord record = new CallRecord(CallRecord.Kind.CALL, 0).method("INVITE").answered(200, 0);
    CallLog.format(line, record, epochMs, json);
    return new String(line.bytes(), 0, line.length(), UTF_8);
  }

  private static String event(long epochMs, boolean json) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext((LoggerContext) LoggerFactory.getILoggerFactory());
    event.setLoggerName("io.fairlead.pool.Pool");
    event.setLevel(Level.WARN);
    event.setThreadName("main");
    event.setMessage("x");
    // With nanoseconds, as the clock gives them.
    event.setInstant(Instant.ofEpochMilli(epochMs).plusNanos(456_789));
    return new String(new SystemLogEncoder(json).encode(event), UTF_8);
  }
}
