// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * Sets up the system log in code: no file is searched or parsed, which start-up would pay for.
 *
 * <p>It goes to standard error. Standard output carries what the program is there to say, the line
 * when it is ready and the call log, so that {@code fairlead run farm.yaml | jq} or a file gets
 * these alone. Supervisors (systemd, containers) collect both streams alike.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "stderr";

  /**
   * For logback, which finds it as a service and calls {@link #configure} when the first logger is
   * asked for.
   */
  public LogSetup() {}

  /** Before the configuration is read: text, from level warn. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    set(context, LogSettings.Level.WARN, LogSettings.Format.TEXT);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Takes over level and format of the settings, at start and at every reload. */
  public static void apply(LogSettings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      set(context, settings.level(), settings.format());
    }
  }

  private static void set(
      LoggerContext context, LogSettings.Level level, LogSettings.Format format) {
    SystemLogEncoder encoder = new SystemLogEncoder(format == LogSettings.Format.JSON);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setName(APPENDER);
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    // The keeper says itself, once, when a Redis is lost.
    context.getLogger("io.lettuce").setLevel(Level.ERROR);
    context.getLogger("io.fairlead").setLevel(Level.valueOf(level.name()));
  }
}
