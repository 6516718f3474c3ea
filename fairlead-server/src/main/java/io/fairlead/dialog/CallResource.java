// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

/**
 * Something a call has taken and must give back: a backend's place, a permit, media. Owned by one
 * loop.
 */
public interface CallResource {
  /** Gives it back. A second call does nothing. */
  void release();

  /** The call that holds it was answered. */
  default void onAnswered() {}
}
