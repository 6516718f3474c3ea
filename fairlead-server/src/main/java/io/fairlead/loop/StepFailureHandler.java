// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

/** Has steps that run on a loop, and somebody who waits for what comes of them. */
@FunctionalInterface
public interface StepFailureHandler {
  /**
   * A step of this threw: a defect of ours. Whoever waits is answered, what was begun is ended,
   * what was taken is given back. Called on its loop, perhaps more than once.
   */
  void onDefect();
}
