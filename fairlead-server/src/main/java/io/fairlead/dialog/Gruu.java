// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * URIs that lead to one device of a user (RFC 5627): the public one names user and instance, the
 * temporary one hides both. Nothing is remembered: the temporary one carries user and instance,
 * encrypted with a keystream of SipHash under a synthetic nonce, which is also its seal. Any node
 * with the same keys reads it.
 *
 * <p>Owned by one loop: one object is read and written again and again.
 */
public final class Gruu {
  /**
   * Whose URI it is. Immutable.
   *
   * @param aor the user
   * @param instance the device, as in {@code Binding.Device}
   */
  public record Owner(AddressOfRecord aor, byte[] instance) {}

  private static final byte[] GR = ascii("gr");
  private static final byte[] MARK = ascii("tgr.");
  private static final int NONCE = 8;
  private static final int TIME = 4;
  private static final int MAX_BYTES = 512;
  private static final byte NONCE_PURPOSE = 'n';
  private static final byte STREAM_PURPOSE = 's';
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final byte[] ALPHABET =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  private final CookieKeys keys;
  private final byte[] scratch = new byte[1 + MAX_BYTES];
  private final byte[] block = new byte[1 + NONCE + TIME];
  private final byte[] box = new byte[NONCE + MAX_BYTES];

  /** A reader and writer. */
  public Gruu(CookieKeys keys) {
    this.keys = keys;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // ---- writing ----

  /** Appends the public one: {@code sip:alice@example.com;gr=urn:uuid:…}. */
  public void writePublic(SipWriter out, AddressOfRecord aor, byte[] instance) {
    byte[] text = aor.bytes();
    int at = lastAt(text);
    out.put("sip:");
    if (at > 0) {
      escaped(out, text, 0, at, "-_.!~*'()&=+$,;?/");
      out.put('@');
    }
    out.put(text, at + 1, text.length).put(";gr=");
    escaped(out, instance, 0, instance.length, "-_.!~*'()[]/:&+$");
  }

  /**
   * Appends a temporary one, another for each time: {@code sip:tgr.…@example.com;gr}.
   *
   * @return false when user and instance are too long for one; then nothing is appended
   */
  public boolean writeTemporary(SipWriter out, AddressOfRecord aor, byte[] instance, long atMs) {
    byte[] text = aor.bytes();
    int length = TIME + 2 + text.length + instance.length;
    if (length > MAX_BYTES) {
      return false;
    }
    scratch[0] = NONCE_PURPOSE;
    putInt(scratch, 1, (int) (atMs / 1000));
    scratch[1 + TIME] = (byte) (text.length >>> 8);
    scratch[2 + TIME] = (byte) text.length;
    System.arraycopy(text, 0, scratch, 3 + TIME, text.length);
    System.arraycopy(instance, 0, scratch, 3 + TIME + text.length, instance.length);
    long nonce = keys.seal(0, scratch, 0, 1 + length);
    putLong(box, 0, nonce);
    System.arraycopy(scratch, 1, box, NONCE, length);
    crypt(0, nonce, length);
    out.put("sip:").put(MARK);
    encode(out, NONCE + length);
    out.put('@').put(text, lastAt(text) + 1, text.length).put(";gr");
    return true;
  }

  private static int lastAt(byte[] text) {
    int at = text.length - 1;
    while (at >= 0 && text[at] != '@') {
      at--;
    }
    return at;
  }

  private static void escaped(SipWriter out, byte[] text, int from, int to, String plain) {
    for (int i = from; i < to; i++) {
      int c = text[i] & 0xff;
      boolean alphanumeric = c < 128 && Character.isLetterOrDigit(c);
      if (alphanumeric || plain.indexOf(c) >= 0) {
        out.put((char) c);
      } else {
        out.put('%').put(HEX[c >> 4]).put(HEX[c & 15]);
      }
    }
  }

  // Both ways: the keystream is a hash of the nonce and a count.
  private void crypt(int key, long nonce, int length) {
    block[0] = STREAM_PURPOSE;
    putLong(block, 1, nonce);
    for (int at = 0; at < length; at += Long.BYTES) {
      putInt(block, 1 + NONCE, at);
      long stream = keys.seal(key, block, 0, block.length);
      for (int i = at; i < Math.min(length, at + Long.BYTES); i++) {
        box[NONCE + i] ^= (byte) (stream >>> 8 * (i - at));
      }
    }
  }

  private void encode(SipWriter out, int until) {
    int bits = 0;
    int held = 0;
    for (int i = 0; i < until; i++) {
      held = held << 8 | box[i] & 0xff;
      bits += 8;
      while (bits >= 6) {
        bits -= 6;
        out.put((char) ALPHABET[held >>> bits & 63]);
      }
    }
    if (bits > 0) {
      out.put((char) ALPHABET[held << 6 - bits & 63]);
    }
  }

  // ---- reading ----

  /** Whose URI this is; null when it is no such URI, or was not made by us. */
  public @Nullable Owner read(SipUri uri) {
    if (!uri.isSip() || !uri.hasParam(GR)) {
      return null;
    }
    byte[] bytes = uri.bytes();
    if (uri.paramTo() > uri.paramFrom()) {
      AddressOfRecord aor = AddressOfRecord.of(uri);
      byte[] instance =
          SipUri.unescape(bytes, uri.paramFrom(), uri.paramTo()).getBytes(StandardCharsets.UTF_8);
      return aor == null ? null : new Owner(aor, instance);
    }
    int from = uri.userFrom() + MARK.length;
    boolean marked =
        uri.userTo() > from && Arrays.equals(bytes, uri.userFrom(), from, MARK, 0, MARK.length);
    int length = marked ? decode(bytes, from, uri.userTo()) - NONCE : -1;
    if (length <= TIME + 2) {
      return null;
    }
    byte[] sealed = Arrays.copyOf(box, NONCE + length);
    for (int key = 0; key < keys.count(); key++) {
      System.arraycopy(sealed, 0, box, 0, sealed.length);
      Owner owner = open(key, length);
      if (owner != null) {
        return owner;
      }
    }
    return null;
  }

  private @Nullable Owner open(int key, int length) {
    long nonce = 0;
    for (int i = 0; i < NONCE; i++) {
      nonce = nonce << 8 | box[i] & 0xff;
    }
    crypt(key, nonce, length);
    scratch[0] = NONCE_PURPOSE;
    System.arraycopy(box, NONCE, scratch, 1, length);
    if (keys.seal(key, scratch, 0, 1 + length) != nonce) {
      return null;
    }
    int aorFrom = NONCE + TIME + 2;
    int aorLength = (box[aorFrom - 2] & 0xff) << 8 | box[aorFrom - 1] & 0xff;
    int end = NONCE + length;
    if (aorFrom + aorLength > end) {
      return null;
    }
    return new Owner(
        AddressOfRecord.ofBytes(Arrays.copyOfRange(box, aorFrom, aorFrom + aorLength)),
        Arrays.copyOfRange(box, aorFrom + aorLength, end));
  }

  // How many bytes the text stands for; -1 when it is none.
  private int decode(byte[] text, int from, int to) {
    if ((to - from) * 6 / 8 > box.length) {
      return -1;
    }
    int bits = 0;
    int held = 0;
    int at = 0;
    for (int i = from; i < to; i++) {
      int value = value(text[i]);
      if (value < 0) {
        return -1;
      }
      held = held << 6 | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        box[at++] = (byte) (held >>> bits);
      }
    }
    return at;
  }

  private static int value(byte c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return c == '-' ? 62 : c == '_' ? 63 : -1;
  }

  private static void putInt(byte[] bytes, int at, int number) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (number >>> 8 * (Integer.BYTES - 1 - i));
    }
  }

  private static void putLong(byte[] bytes, int at, long number) {
    putInt(bytes, at, (int) (number >>> 32));
    putInt(bytes, at + Integer.BYTES, (int) number);
  }
}
