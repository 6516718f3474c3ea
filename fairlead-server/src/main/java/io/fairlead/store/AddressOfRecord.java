// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A user's public address in its canonical form, {@code user@host}: escapes resolved, the host in
 * lower case, no scheme, port or parameters (RFC 3261 §10.3 step 5). Immutable.
 */
public final class AddressOfRecord {
  // One key for the process: which loop owns an address of record is nobody else's business.
  private static final SipHash HASH = SipHash.random();

  private final byte[] bytes;
  private final long hash;

  private AddressOfRecord(byte[] bytes) {
    this.bytes = bytes;
    this.hash = HASH.hash(bytes, 0, bytes.length);
  }

  /** That of a SIP or SIPS URI; null when it is neither. */
  public static @Nullable AddressOfRecord of(SipUri uri) {
    if (!uri.isSip()) {
      return null;
    }
    byte[] source = uri.bytes();
    byte[] user = user(source, uri);
    byte[] text = new byte[user.length + 1 + uri.hostTo() - uri.hostFrom()];
    System.arraycopy(user, 0, text, 0, user.length);
    int to = user.length;
    text[to++] = '@';
    for (int i = uri.hostFrom(); i < uri.hostTo(); i++) {
      byte b = source[i];
      text[to++] = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
    return new AddressOfRecord(text);
  }

  private static byte[] user(byte[] source, SipUri uri) {
    if (!uri.hasUser()) {
      return new byte[0];
    }
    for (int i = uri.userFrom(); i < uri.userTo(); i++) {
      if (source[i] == '%') {
        return uri.user().getBytes(StandardCharsets.UTF_8);
      }
    }
    return Arrays.copyOfRange(source, uri.userFrom(), uri.userTo());
  }

  /** From its canonical bytes, as {@link #bytes} gave them. */
  public static AddressOfRecord ofBytes(byte[] canonical) {
    return new AddressOfRecord(canonical);
  }

  /** From canonical text, {@code alice@example.com}. */
  public static AddressOfRecord of(String canonical) {
    return new AddressOfRecord(canonical.getBytes(StandardCharsets.UTF_8));
  }

  /** The canonical bytes; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** A keyed hash: the same for equal addresses while the process lives, another in the next. */
  public long hash() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressOfRecord that
        && hash == that.hash
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (int) hash;
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
