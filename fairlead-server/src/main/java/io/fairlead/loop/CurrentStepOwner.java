// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import org.jspecify.annotations.Nullable;

/**
 * Whom the step that a loop runs now is for. When it throws, the loop's outermost line has that one
 * end what it began, so that a defect costs one request and not one that waits for ever.
 *
 * <p>Owned by one loop.
 */
public final class CurrentStepOwner {
  private @Nullable StepFailureHandler current;

  /**
   * From here on the step is for that one, until {@link #back} is called with what this gives. A
   * step that throws never comes to that, so the innermost is remembered.
   */
  public @Nullable StepFailureHandler isFor(StepFailureHandler next) {
    StepFailureHandler before = current;
    current = next;
    return before;
  }

  /** What was begun with {@link #isFor} is done without an exception. */
  public void back(@Nullable StepFailureHandler before) {
    current = before;
  }

  /** Whom the step is for; null when nobody waits for what comes of it. */
  public @Nullable StepFailureHandler current() {
    return current;
  }

  /**
   * The step threw: has the one it was for end what it began.
   *
   * @return false when it was for nobody
   */
  public boolean failed() {
    StepFailureHandler who = current;
    current = null;
    if (who == null) {
      return false;
    }
    who.onDefect();
    return true;
  }
}
