// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SystemLogEncoderTest {
  @Test
  void writesTextLikeTheCallLog() {
    assertThat(encoded(false, "backend fs1 is \"DOWN\"\nnow", null))
        .isEqualTo(
            "time=2026-11-22T13:22:03.123Z level=warn logger=pool.Pool thread=fl-loop-0"
                + " message=\"backend fs1 is \\\"DOWN\\\"\\nnow\"\n");
  }

  @Test
  void writesJsonWithTheTraceAsAField() {
    assertThat(encoded(true, "defect", new IllegalStateException("why")))
        .startsWith(
            "{\"time\":\"2026-11-22T13:22:03.123Z\",\"level\":\"warn\",\"logger\":\"pool.Pool\"")
        .contains("\"trace\":\"java.lang.IllegalStateException: why\\n\\tat ")
        .endsWith("\"}\n")
        .containsOnlyOnce("\n");
  }

  @Test
  void writesTheTraceBelowTheLineInText() {
    assertThat(encoded(false, "defect", new IllegalStateException("why")))
        .contains(" message=defect\njava.lang.IllegalStateException: why\n\tat ");
  }

  @Test
  void isSetUpWithoutAFileOnStandardError() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    assertThat(context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("stderr"))
        .isNotNull();
    LogSettings debug =
        new LogSettings(
            LogSettings.Level.DEBUG,
            LogSettings.Format.JSON,
            LogSettings.Calls.ON,
            true,
            true,
            null);
    LogSetup.apply(debug);
    try {
      assertThat(context.getLogger("io.fairlead.pool.Pool").isDebugEnabled()).isTrue();
      assertThat(context.getLogger("io.netty.Other").isInfoEnabled()).isFalse();
    } finally {
      LogSetup.apply(LogSettings.SILENT);
    }
    assertThat(context.getLogger("io.fairlead.pool.Pool").isWarnEnabled()).isFalse();
  }

  private static String encoded(boolean json, String message, @Nullable Throwable thrown) {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext((LoggerContext) LoggerFactory.getILoggerFactory());
    event.setInstant(Instant.ofEpochMilli(1_795_353_723_123L));
    event.setLevel(Level.WARN);
    event.setLoggerName("io.fairlead.pool.Pool");
    event.setThreadName("fl-loop-0");
    event.setMessage(message);
    if (thrown != null) {
      event.setThrowableProxy(new ch.qos.logback.classic.spi.ThrowableProxy(thrown));
    }
    return new String(new SystemLogEncoder(json).encode(event), UTF_8);
  }
}
