// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import org.jspecify.annotations.Nullable;

/** Redis cannot be reached, does not answer, or answers with an error. */
final class RedisUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
