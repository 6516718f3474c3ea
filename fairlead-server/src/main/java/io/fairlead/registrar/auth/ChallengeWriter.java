// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fairlead.registrar.users.DigestAlgorithm;
import java.util.Comparator;
import java.util.List;

/**
 * Writes challenges: a WWW-Authenticate line per algorithm, the strongest first, all with the same
 * nonce (RFC 8760 §2.3). Owned by one loop.
 */
final class ChallengeWriter {
  private final List<DigestAlgorithm> algorithms;
  private final Nonces nonces;
  private final byte[] nonce = new byte[Nonces.LENGTH];
  private final StringBuilder lines = new StringBuilder(512);

  ChallengeWriter(List<DigestAlgorithm> algorithms, Nonces nonces) {
    this.algorithms = algorithms.stream().sorted(Comparator.reverseOrder()).toList();
    this.nonces = nonces;
  }

  AuthResult.Challenge write(String realm, boolean stale, long source) {
    nonces.mint(nonce, 0, source);
    String text = new String(nonce, US_ASCII);
    lines.setLength(0);
    for (DigestAlgorithm algorithm : algorithms) {
      lines
          .append("WWW-Authenticate: Digest realm=\"")
          .append(realm)
          .append("\", nonce=\"")
          .append(text)
          .append("\", algorithm=")
          .append(algorithm.text())
          .append(", qop=\"auth\"")
          .append(stale ? ", stale=true\r\n" : "\r\n");
    }
    return new AuthResult.Challenge(lines.toString());
  }
}
