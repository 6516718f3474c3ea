// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.List;

/** Every meter Fairlead has: its name, kind, labels and help. Registry, documentation and test oracle at once. */
public enum Meter {
  JOURNAL_LINES("fairlead_observe_journal_lines_total", Kind.COUNTER, "Lines taken into the call log."),
  JOURNAL_LOST(
      "fairlead_observe_journal_lost_total",
      Kind.COUNTER,
      "Lines of the call log lost because it could not be written, or not fast enough."),
  LISTENER_RECEIVED("fairlead_transport_messages_received_total", Kind.COUNTER, "Messages received.", "listener"),
  LISTENER_SENT("fairlead_transport_messages_sent_total", Kind.COUNTER, "Messages sent.", "listener"),
  LISTENER_DROPPED(
      "fairlead_transport_dropped_total", Kind.COUNTER, "Messages dropped, by reason.", "listener", "reason"),
  LISTENER_CONNECTIONS("fairlead_transport_connections", Kind.GAUGE, "Open connections.", "listener"),
  LISTENER_UNDELIVERABLE(
      "fairlead_transport_undeliverable_total", Kind.COUNTER, "Messages the peer could not be given.", "listener"),
  POOL_PICKS("fairlead_pool_picks_total", Kind.COUNTER, "How often a backend was chosen.", "pool", "backend"),
  POOL_CALLS("fairlead_pool_live_calls", Kind.GAUGE, "Live calls.", "pool", "backend"),
  POOL_OUTCOMES(
      "fairlead_pool_outcomes_total", Kind.COUNTER, "Final answers by class.", "pool", "backend", "class"),
  POOL_FAILURES(
      "fairlead_pool_failures_total",
      Kind.COUNTER,
      "Requests that got no answer: none within try-timeout, or a transport error.",
      "pool",
      "backend",
      "cause"),
  POOL_SETUP(
      "fairlead_pool_setup_seconds", Kind.HISTOGRAM, "Time from request to 2xx.", "pool", "backend"),
  POOL_STATE(
      "fairlead_pool_backend_state",
      Kind.GAUGE,
      "Health: 0 healthy, 1 degraded, 2 saturated, 3 ejected, 4 down, 5 draining, 6 maintenance.",
      "pool",
      "backend"),
  POOL_CHECKS(
      "fairlead_pool_checks_total", Kind.COUNTER, "Health checks by result.", "pool", "backend", "result"),
  POOL_EJECTIONS(
      "fairlead_pool_ejections_total", Kind.COUNTER, "Ejections as an outlier.", "pool", "backend"),
  POOL_PANIC(
      "fairlead_pool_panic", Kind.GAUGE, "1 while less than panic-threshold of the pool is healthy.", "pool"),
  POOL_NOBODY(
      "fairlead_pool_nobody_total", Kind.COUNTER, "Requests no backend could take, by cause.", "pool", "cause");

  /** How a meter behaves. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  private final String text;
  private final Kind kind;
  private final String help;
  private final List<String> labels;

  Meter(String text, Kind kind, String help, String... labels) {
    this.text = text;
    this.kind = kind;
    this.help = help;
    this.labels = List.of(labels);
  }

  /** The name on the metrics page. */
  public String text() {
    return text;
  }

  /** Counter, gauge or histogram. */
  public Kind kind() {
    return kind;
  }

  /** One sentence for people. */
  public String help() {
    return help;
  }

  /** Names of its labels, in order. */
  public List<String> labels() {
    return labels;
  }
}
