// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.RtpMap;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.Ascii;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The payload types of an m= line and what they mean: its formats, a=rtpmap, and the numbers of RFC
 * 3551 §6 that need no rtpmap. Immutable.
 */
final class PayloadTypes {
  /** Any: the formats are no payload types, or there is no RTP. */
  static final PayloadTypes ANY = new PayloadTypes(new BitSet(), new String[0]);

  private static final int COUNT = RtpMap.MAX_TYPE + 1;

  // Comfort noise comes from devices that never said so.
  private static final int COMFORT_NOISE = 13;
  private static final @Nullable String[] STATIC = fixed();

  private final BitSet numbers;
  // By number, as far as the last one that has a name; most lines end at 101 or below.
  private final @Nullable String[] names;

  private PayloadTypes(BitSet numbers, @Nullable String[] names) {
    this.numbers = numbers;
    this.names = names;
  }

  private static @Nullable String[] fixed() {
    @Nullable String[] names = new @Nullable String[COUNT];
    names[0] = "PCMU/8000";
    names[3] = "GSM/8000";
    names[4] = "G723/8000";
    names[8] = "PCMA/8000";
    names[9] = "G722/8000";
    names[10] = "L16/44100/2";
    names[11] = "L16/44100";
    names[COMFORT_NOISE] = "CN/8000";
    names[15] = "G728/8000";
    names[18] = "G729/8000";
    names[26] = "JPEG/90000";
    names[31] = "H261/90000";
    names[34] = "H263/90000";
    return names;
  }

  /** Those of a line with RTP. */
  static PayloadTypes read(SessionDescription session, MediaDescription media) {
    byte[] bytes = session.bytes();
    BitSet numbers = new BitSet(COUNT);
    @Nullable String[] names = new @Nullable String[COUNT];
    int at = media.formatsFrom();
    int to = media.formatsTo();
    while (at < to) {
      int end = at;
      while (end < to && bytes[end] != ' ' && bytes[end] != '\t') {
        end++;
      }
      int number = (int) Ascii.number(bytes, at, end, RtpMap.MAX_TYPE);
      if (number < 0) {
        return ANY;
      }
      numbers.set(number);
      names[number] = STATIC[number];
      at = Ascii.skipLws(bytes, end, to);
    }
    for (int line = media.next(Attribute.RTPMAP, media.firstLine());
        line >= 0;
        line = media.next(Attribute.RTPMAP, line)) {
      RtpMap map = RtpMap.read(bytes, session.valueStart(line), session.valueEnd(line));
      if (map != null && numbers.get(map.payloadType())) {
        names[map.payloadType()] = name(map);
      }
    }
    return new PayloadTypes(numbers, cut(numbers, names));
  }

  private static @Nullable String[] cut(BitSet numbers, @Nullable String[] names) {
    return Arrays.copyOf(names, Math.max(numbers.length(), 1));
  }

  // Most name what needs no name.
  private static String name(RtpMap map) {
    String usual = STATIC[map.payloadType()];
    String name =
        map.encoding().toUpperCase(Locale.ROOT)
            + "/"
            + map.clockRate()
            + (map.channels() > 1 ? "/" + map.channels() : "");
    return name.equals(usual) ? usual : name;
  }

  /**
   * What may come from one who says these while the other says those: devices send by the other's
   * numbers, as RFC 3264 §5.1 has it, or by their own.
   *
   * @param other null while it has said nothing
   */
  PayloadTypes with(@Nullable PayloadTypes other) {
    if (other == null || equals(other)) {
      return this;
    }
    if (numbers.isEmpty() || other.numbers.isEmpty()) {
      return ANY;
    }
    BitSet both = (BitSet) numbers.clone();
    both.or(other.numbers);
    @Nullable String[] all = Arrays.copyOf(names, Math.max(names.length, other.names.length));
    for (int i = 0; i < other.names.length; i++) {
      all[i] = other.names[i] == null ? all[i] : other.names[i];
    }
    return new PayloadTypes(both, all);
  }

  /** The numbers, comfort noise among them; empty for any. */
  BitSet numbers() {
    BitSet copy = (BitSet) numbers.clone();
    if (!copy.isEmpty()) {
      copy.set(COMFORT_NOISE);
    }
    return copy;
  }

  /** The names by number, of 128. */
  @Nullable String[] names() {
    @Nullable String[] all = Arrays.copyOf(names, COUNT);
    if (all[COMFORT_NOISE] == null) {
      all[COMFORT_NOISE] = STATIC[COMFORT_NOISE];
    }
    return all;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PayloadTypes that
        && numbers.equals(that.numbers)
        && Arrays.equals(names, that.names);
  }

  @Override
  public int hashCode() {
    return numbers.hashCode();
  }

  @Override
  public String toString() {
    return numbers.isEmpty() ? "any" : numbers.toString();
  }
}
