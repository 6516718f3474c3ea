// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The payload types of a side, in little memory: two calls in three have no more than six.
 * Immutable.
 */
final class Formats {
  /** Any payload type, without names. */
  static final Formats ANY = new Formats(new BitSet(), new String[0]);

  private static final int PCM_RATE = 8000;

  private final long low;
  private final long high;
  private final long soundlessLow;
  private final long soundlessHigh;
  private final long namelessLow;
  private final long namelessHigh;
  private final byte[] types;
  private final String[] names;

  Formats(BitSet payloadTypes, @Nullable String[] namesByType) {
    long[] bits = Arrays.copyOf(payloadTypes.toLongArray(), 2);
    low = bits[0];
    high = bits[1];
    int count = (int) Arrays.stream(namesByType).filter(name -> name != null).count();
    types = new byte[count];
    names = new String[count];
    BitSet soundless = new BitSet(128);
    BitSet nameless = new BitSet(128);
    int next = 0;
    for (int i = 0; i < namesByType.length; i++) {
      String name = namesByType[i];
      if (name != null) {
        soundless.set(i, isSoundless(name));
        nameless.set(i, isSoundless(name) || isRedundancy(name));
        types[next] = (byte) i;
        names[next++] = name;
      }
    }
    bits = Arrays.copyOf(soundless.toLongArray(), 2);
    soundlessLow = bits[0];
    soundlessHigh = bits[1];
    bits = Arrays.copyOf(nameless.toLongArray(), 2);
    namelessLow = bits[0];
    namelessHigh = bits[1];
  }

  private static boolean isSoundless(String name) {
    return name.regionMatches(true, 0, "telephone-event/", 0, 16)
        || name.regionMatches(true, 0, "CN/", 0, 3);
  }

  private static boolean isRedundancy(String name) {
    return name.regionMatches(true, 0, "red/", 0, 4);
  }

  /**
   * False for keys pressed (RFC 4733) and comfort noise (RFC 3389), which come between the packets
   * of the codec: their timestamps tell nothing of the way, since all packets of a key have the
   * same.
   */
  boolean carriesSound(int type) {
    return isClear(soundlessLow, soundlessHigh, type);
  }

  /**
   * False for what is no codec itself: keys, comfort noise, and packets of RFC 2198, which carry
   * the sound of another payload type, and of an earlier moment too.
   */
  boolean isCodec(int type) {
    return isClear(namelessLow, namelessHigh, type);
  }

  private static boolean isClear(long low, long high, int type) {
    return ((type < 64 ? low >>> type : high >>> type - 64) & 1) == 0;
  }

  /** True when that payload type was negotiated, or any may come. */
  boolean has(int type) {
    return (low | high) == 0 || ((type < 64 ? low >>> type : high >>> type - 64) & 1) != 0;
  }

  /** Its name, empty where it has none. */
  String name(int type) {
    for (int i = 0; i < types.length; i++) {
      if (types[i] == type) {
        return names[i];
      }
    }
    return "";
  }

  /** Ticks of its timestamp in a second: 8000 where that is not said (RFC 3551 table 4). */
  int clockRate(int type) {
    String name = name(type);
    int from = name.indexOf('/') + 1;
    int rate = 0;
    for (int i = from; from > 0 && i < name.length() && i < from + 6; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      rate = rate * 10 + digit;
    }
    return rate == 0 ? PCM_RATE : rate;
  }
}
