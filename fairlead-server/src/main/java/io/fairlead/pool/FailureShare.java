// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

/**
 * How many of a backend's answers were failures: in the last minute, older ones counting less and
 * less; and what the others had answered at a mark. Owned by the pool's home loop.
 */
final class FailureShare {
  /** What is kept of a second's count a second later: after a minute a third. */
  private static final double KEPT = Math.exp(-1 / 60.0);

  private final RequestOutcomes outcomes;
  private double answers;
  private double failures;
  private long seenAnswers;
  private long seenFailures;
  private long markedAnswers;
  private long markedFailures;

  FailureShare(RequestOutcomes outcomes) {
    this.outcomes = outcomes;
  }

  /** A second has passed. */
  void age() {
    answers = answers() * KEPT;
    failures = failures() * KEPT;
    seenAnswers = outcomes.finals();
    seenFailures = outcomes.failures();
  }

  /** Answers of the last minute. */
  double answers() {
    return answers + outcomes.finals() - seenAnswers;
  }

  /** Failures among them. */
  double failures() {
    return failures + outcomes.failures() - seenFailures;
  }

  /** Remembers what the other backends have answered so far. */
  void mark(long othersAnswers, long othersFailures) {
    markedAnswers = othersAnswers;
    markedFailures = othersFailures;
  }

  long markedAnswers() {
    return markedAnswers;
  }

  long markedFailures() {
    return markedFailures;
  }
}
