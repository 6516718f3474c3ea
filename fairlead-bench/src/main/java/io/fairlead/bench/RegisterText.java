// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A REGISTER in which only digits differ from user to user: they are written over the copy of one
 * text. Immutable.
 */
final class RegisterText {
  /** Digits of a user's number; it begins where the name does, after the u. */
  static final int WIDTH = 7;

  private static final int FIRST_CSEQ = 100_000;
  private static final char USER = '\1';
  private static final char CSEQ = '\2';
  private static final byte[] END = bytes("Content-Length: 0\r\n\r\n");

  private final byte[] text;
  private final List<Place> places = new ArrayList<>();

  /** Where digits go: so many of a number, once it is divided. */
  private record Place(int at, int width, boolean cseq, int divisor) {}

  /**
   * @param run part of each Call-ID: phones that were switched on anew have new ones
   */
  RegisterText(String domain, int expires, String run) {
    String user = String.valueOf(USER).repeat(WIDTH);
    String cseq = String.valueOf(CSEQ).repeat(6);
    // Each phone has a private address of its own, made of its number.
    String host = "10.1\3\3.1\4\4.1\5\5:5060";
    String raw =
        "REGISTER sip:"
            + domain
            + " SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP "
            + host
            + ";branch=z9hG4bKu"
            + user
            + "c"
            + cseq
            + ";rport\r\n"
            + "From: <sip:u"
            + user
            + "@"
            + domain
            + ">;tag="
            + user
            + "\r\n"
            + "To: <sip:u"
            + user
            + "@"
            + domain
            + ">\r\n"
            + "Call-ID: u"
            + user
            + "-"
            + run
            + "@phone\r\n"
            + "CSeq: "
            + cseq
            + " REGISTER\r\n"
            + "Max-Forwards: 70\r\n"
            + "User-Agent: phone/1.0 (model 7)\r\n"
            + "Supported: path, outbound\r\n"
            + "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, NOTIFY\r\n"
            + "Contact: <sip:u"
            + user
            + "@"
            + host
            + ";ob>"
            + ";+sip.instance=\"<urn:uuid:5f1c8a90-2b7e-4d36-9c41-00000"
            + user
            + ">\"\r\n"
            + "Expires: "
            + expires
            + "\r\n";
    text = bytes(raw);
    find(raw, user, false, 1);
    find(raw, cseq, true, 1);
    find(raw, "\3\3", false, 10_000);
    find(raw, "\4\4", false, 100);
    find(raw, "\5\5", false, 1);
  }

  private void find(String raw, String mark, boolean cseq, int divisor) {
    for (int at = raw.indexOf(mark); at >= 0; at = raw.indexOf(mark, at + mark.length())) {
      places.add(new Place(at, mark.length(), cseq, divisor));
    }
  }

  /**
   * Writes the REGISTER of a user to the beginning of the array.
   *
   * @param turn the how-manieth it is
   * @param authorization a whole header line, or nothing
   * @return its length
   */
  int write(byte[] out, int user, int turn, byte[] authorization) {
    System.arraycopy(text, 0, out, 0, text.length);
    for (Place place : places) {
      digits(out, place, place.cseq() ? FIRST_CSEQ + turn : user / place.divisor());
    }
    int at = text.length;
    System.arraycopy(authorization, 0, out, at, authorization.length);
    at += authorization.length;
    System.arraycopy(END, 0, out, at, END.length);
    return at + END.length;
  }

  private static void digits(byte[] out, Place place, int number) {
    int rest = number;
    for (int i = place.at() + place.width() - 1; i >= place.at(); i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
