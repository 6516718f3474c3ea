// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a Via says of overload control (RFC 7339 §4, RFC 7415 §3.2). Immutable.
 *
 * @param oc the value; -1 when there is none: the sender only says that it listens
 * @param loss whether the loss algorithm is named, which is so too where none is
 * @param rate whether the rate algorithm is named
 * @param validityMs how long the value holds, in milliseconds; 0 ends it
 * @param seq orders values of one server
 */
public record OverloadParameters(int oc, boolean loss, boolean rate, long validityMs, long seq) {
  private static final byte[] OC = ascii("oc");
  private static final byte[] ALGO = ascii("oc-algo");
  private static final byte[] VALIDITY = ascii("oc-validity");
  private static final byte[] SEQ = ascii("oc-seq");
  private static final byte[] LOSS = ascii("loss");
  private static final byte[] RATE = ascii("rate");
  private static final long USUAL_VALIDITY_MS = 500;
  private static final long LONGEST_VALIDITY_MS = 3_600_000;
  private static final int LARGEST = 1_000_000;
  private static final int FRACTION_DIGITS = 6;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes one parameter after the other. */
  private interface Parameter {
    // The name and the value, quotes included; the value is empty where there is none.
    void at(int start, int nameFrom, int nameTo, int valueFrom, int valueTo);
  }

  /**
   * Reads them.
   *
   * @param from behind sent-by
   * @param to the end of the via-parm
   * @return null when it has no oc
   */
  public static @Nullable OverloadParameters read(byte[] bytes, int from, int to) {
    // Nearly no Via has it.
    if (!mayHave(bytes, from, to)) {
      return null;
    }
    Reader reader = new Reader(bytes);
    int end = each(bytes, from, to, reader);
    return end == to && reader.known ? reader.read() : null;
  }

  private static boolean mayHave(byte[] bytes, int from, int to) {
    for (int i = from; i + 2 < to; i++) {
      boolean begins = bytes[i] == ';' || bytes[i] <= ' ';
      if (begins && (bytes[i + 1] | 0x20) == 'o' && (bytes[i + 2] | 0x20) == 'c') {
        return true;
      }
    }
    return false;
  }

  private static final class Reader implements Parameter {
    private final byte[] bytes;
    private boolean known;
    private int oc = -1;
    private boolean named;
    private boolean loss;
    private boolean rate;
    private long validityMs = USUAL_VALIDITY_MS;
    private long seq;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void at(int start, int nameFrom, int nameTo, int valueFrom, int valueTo) {
      if (Ascii.equalsLower(bytes, nameFrom, nameTo, OC)) {
        known = true;
        oc = (int) Ascii.number(bytes, valueFrom, valueTo, LARGEST);
      } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, ALGO)) {
        named = true;
        loss = names(valueFrom, valueTo, LOSS);
        rate = names(valueFrom, valueTo, RATE);
      } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, VALIDITY)) {
        long ms = Ascii.number(bytes, valueFrom, valueTo, LONGEST_VALIDITY_MS);
        validityMs = ms < 0 ? USUAL_VALIDITY_MS : ms;
      } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, SEQ)) {
        seq = micros(valueFrom, valueTo);
      }
    }

    private boolean names(int from, int to, byte[] algorithm) {
      for (int i = from; i + algorithm.length <= to; i++) {
        boolean begins = i == from || !Ascii.isToken(bytes[i - 1]);
        int end = i + algorithm.length;
        boolean ends = end == to || !Ascii.isToken(bytes[end]);
        if (begins && ends && Ascii.equalsLower(bytes, i, end, algorithm)) {
          return true;
        }
      }
      return false;
    }

    // As 1282321615.782: seconds with a fraction.
    private long micros(int from, int to) {
      int dot = Ascii.indexOf(bytes, from, to, '.');
      int whole = dot < 0 ? to : dot;
      long value = Math.max(0, Ascii.number(bytes, from, whole, Long.MAX_VALUE / 10_000_000));
      for (int i = 0; i < FRACTION_DIGITS; i++) {
        int at = whole + 1 + i;
        value = value * 10 + (at < to && Ascii.isDigit(bytes[at]) ? bytes[at] - '0' : 0);
      }
      return value;
    }

    OverloadParameters read() {
      return new OverloadParameters(oc, loss || !named, rate, validityMs, seq);
    }
  }

  /** Appends the parameters of a Via without those of overload control. */
  public static void without(SipWriter out, byte[] bytes, int from, int to) {
    int[] copied = {from};
    each(
        bytes,
        from,
        to,
        (start, nameFrom, nameTo, valueFrom, valueTo) -> {
          boolean own = Ascii.equalsLower(bytes, nameFrom, nameTo, OC);
          own |= Ascii.equalsLower(bytes, nameFrom, nameTo, ALGO);
          own |= Ascii.equalsLower(bytes, nameFrom, nameTo, VALIDITY);
          own |= Ascii.equalsLower(bytes, nameFrom, nameTo, SEQ);
          if (own) {
            out.put(bytes, copied[0], start);
            copied[0] = valueTo;
          }
        });
    out.put(bytes, copied[0], to);
  }

  // Gives the place where it had to stop: the end, or what is no parameter.
  private static int each(byte[] bytes, int from, int to, Parameter then) {
    int at = from;
    while (at < to) {
      int semicolon = Ascii.skipLws(bytes, at, to);
      if (semicolon >= to || bytes[semicolon] != ';') {
        return semicolon >= to ? to : semicolon;
      }
      int nameFrom = Ascii.skipLws(bytes, semicolon + 1, to);
      int nameTo = nameFrom;
      while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      int equals = Ascii.skipLws(bytes, nameTo, to);
      int valueFrom = nameTo;
      int valueTo = nameTo;
      if (equals < to && bytes[equals] == '=') {
        valueFrom = Ascii.skipLws(bytes, equals + 1, to);
        valueTo = valueEnd(bytes, valueFrom, to);
      }
      then.at(semicolon, nameFrom, nameTo, valueFrom, valueTo);
      at = valueTo;
    }
    return to;
  }

  private static int valueEnd(byte[] bytes, int from, int to) {
    int i = from;
    if (i < to && bytes[i] == '"') {
      i++;
      while (i < to && bytes[i] != '"') {
        i += bytes[i] == '\\' ? 2 : 1;
      }
      return Math.min(i + 1, to);
    }
    while (i < to && bytes[i] != ';' && bytes[i] != ',' && bytes[i] > ' ') {
      i++;
    }
    return i;
  }
}
