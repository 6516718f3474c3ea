// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.registrar.auth.Authorization.Field;
import io.fairlead.registrar.users.DigestAlgorithm;
import io.fairlead.sip.SipRequest;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * Computes what a phone that knows the password answers to a challenge, by one algorithm (RFC 7616
 * §3.4.1), and compares. Owned by one loop.
 */
final class Digest {
  private final DigestAlgorithm algorithm;
  private final MessageDigest hash;
  private final byte[] raw;
  private final byte[] given;
  private final byte[] hex;

  Digest(DigestAlgorithm algorithm) {
    this.algorithm = algorithm;
    hash = algorithm.digest();
    raw = new byte[algorithm.bytes()];
    given = new byte[algorithm.bytes()];
    hex = new byte[2 * algorithm.bytes()];
  }

  DigestAlgorithm algorithm() {
    return algorithm;
  }

  /**
   * Whether the response is right. Takes the same steps for a right and a wrong one.
   *
   * @param ha1 hexadecimal digits
   */
  boolean proves(Authorization answer, byte[] ha1, SipRequest request) {
    if (answer.length(Field.RESPONSE) != hex.length
        || !Hex.read(answer.bytes(), answer.from(Field.RESPONSE), given, given.length)) {
      return false;
    }
    hash.update(request.bytes(), request.start(), request.methodEnd() - request.start());
    colonAnd(answer, Field.URI);
    finish();
    Hex.write(raw, raw.length, hex, 0);
    hash.update(ha1);
    colonAnd(answer, Field.NONCE);
    if (answer.has(Field.QOP)) {
      colonAnd(answer, Field.NC);
      colonAnd(answer, Field.CNONCE);
      colonAnd(answer, Field.QOP);
    }
    hash.update((byte) ':');
    hash.update(hex);
    finish();
    return MessageDigest.isEqual(raw, given);
  }

  private void colonAnd(Authorization answer, Field field) {
    hash.update((byte) ':');
    hash.update(answer.bytes(), answer.from(field), answer.length(field));
  }

  private void finish() {
    try {
      hash.digest(raw, 0, raw.length);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for the hash", e);
    }
  }
}
