// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.store.AddressOfRecord;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What proves our users to the registrars behind us, when we know it. */
public interface Ha1Source {
  /** Nothing is known: the registrars behind us must trust our address. */
  Ha1Source NONE = (aor, realm, sha256, onLoop) -> onLoop.accept(null);

  /**
   * Looks up H(user:realm:password) as lower-case hexadecimal digits (RFC 7616 §3.4.2).
   *
   * @param sha256 the hash is SHA-256, else MD5
   * @param onLoop gets it, or null when it is not known, on the calling loop, now or later
   */
  void find(AddressOfRecord aor, String realm, boolean sha256, Consumer<byte @Nullable []> onLoop);
}
