// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * What a payload type means, {@code 111 opus/48000/2} (RFC 8866 §6.6). Immutable.
 *
 * @param payloadType 0 to 127
 * @param encoding the encoding's name as written; comparisons ignore the case of letters
 * @param clockRate in Hz
 * @param channels 1 where none is said
 */
public record RtpMap(int payloadType, String encoding, int clockRate, int channels) {
  /** The highest payload type (RFC 3550 §5.1). */
  public static final int MAX_TYPE = 127;

  private static final int MAX_RATE = 10_000_000;
  private static final int MAX_CHANNELS = 255;

  /** The value of an a=rtpmap line, or null when it is none. */
  public static @Nullable RtpMap read(byte[] bytes, int from, int to) {
    int typeTo = LineWords.end(bytes, from, to);
    int type = (int) Ascii.number(bytes, from, typeTo, MAX_TYPE);
    int name = Ascii.skipLws(bytes, typeTo, to);
    int end = LineWords.end(bytes, name, to);
    int slash = Ascii.indexOf(bytes, name, end, '/');
    if (type < 0 || slash <= name) {
      return null;
    }
    int second = Ascii.indexOf(bytes, slash + 1, end, '/');
    int rate = (int) Ascii.number(bytes, slash + 1, second < 0 ? end : second, MAX_RATE);
    int channels = second < 0 ? 1 : (int) Ascii.number(bytes, second + 1, end, MAX_CHANNELS);
    return rate <= 0 || channels <= 0
        ? null
        : new RtpMap(type, Ascii.text(bytes, name, slash), rate, channels);
  }

  /** True when both mean the same encoding, whatever their payload types. */
  public boolean sameEncoding(RtpMap other) {
    return encoding.equalsIgnoreCase(other.encoding)
        && clockRate == other.clockRate
        && channels == other.channels;
  }
}
