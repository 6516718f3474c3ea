// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Lines of the system log in the same text or JSON form as the call log; in text a stack trace
 * follows on lines of its own.
 *
 * <p>Owned by the appender of the system log, which calls it under its lock.
 */
final class SystemLogEncoder extends EncoderBase<ILoggingEvent> {
  private final boolean json;

  SystemLogEncoder(boolean json) {
    this.json = json;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    LogLine line = new LogLine();
    line.start(json);
    line.time("time", event.getTimeStamp());
    line.field("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    line.field("logger", shortName(event.getLoggerName()));
    line.field("thread", event.getThreadName());
    line.field("message", event.getFormattedMessage());
    if (json && event.getThrowableProxy() != null) {
      line.field("trace", trace(event));
    }
    line.end();
    byte[] head = Arrays.copyOf(line.bytes(), line.length());
    if (json || event.getThrowableProxy() == null) {
      return head;
    }
    byte[] trace = trace(event).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + trace.length);
    System.arraycopy(trace, 0, all, head.length, trace.length);
    return all;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  private static String trace(ILoggingEvent event) {
    return ThrowableProxyUtil.asString(event.getThrowableProxy());
  }

  private static String shortName(String logger) {
    return logger.startsWith("io.fairlead.") ? logger.substring("io.fairlead.".length()) : logger;
  }
}
