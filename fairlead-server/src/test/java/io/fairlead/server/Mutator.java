// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes messages: some stay well-formed and say something else, above all what other messages
 * say, some break. What it does follows from the random numbers alone. Owned by the test's thread.
 */
final class Mutator {
  private static final int REMEMBERED = 48;
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "",
    "1e3",
    "0x1",
    "00000000000000000001"
  };
  private static final String[] CHARACTERS = {
    "\r\n",
    "\n",
    "\r",
    "\t",
    " ",
    ";",
    ",",
    "<",
    ">",
    "\"",
    "@",
    ":",
    "%",
    "%00",
    "\0",
    "\u00ff",
    "[",
    "]",
    "\\",
    "=",
    "?",
    "\r\n ",
    "\r\n\r\n",
    ";lr",
    ";tag=x",
    ";branch=z9hG4bK",
    "sips:"
  };
  private static final int[] LENGTHS = {60, 127, 128, 250, 256, 300, 1000, 5000};
  private static final String[] LINES = {
    "Route: <sip:203.0.113.10:5060;lr>",
    "Route: <sip:10.0.0.1;lr>, <sip:203.0.113.10;transport=tcp;lr>",
    "Record-Route: <sip:203.0.113.10;lr>",
    "Max-Forwards: 0",
    "Max-Forwards: 1",
    "Require: 100rel",
    "Proxy-Require: nothing",
    "Session-Expires: 1",
    "Session-Expires: 4294967295;refresher=uas",
    "Retry-After: 0",
    "Retry-After: 99999 (soon)",
    "Contact: *",
    "Expires: 0",
    "Path: <sip:10.9.9.9;lr>",
    "Via: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bKfl00000000000000010000000a",
    "Authorization: Digest username=\"alice\", realm=\"x\", nonce=\"y\", uri=\"sip:a\","
        + " response=\"z\"",
    "Proxy-Authorization: Digest username=alice",
    "P-Asserted-Identity: \"A\" <sip:a@b>",
    "Content-Type: application/sdp",
    "Content-Length: 5",
    "Privacy: id;user;critical",
    "Via: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bKfl00000000000000010000000a;fl-h=AAAA",
    "Route: <sip:fl-h.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@203.0.113.10:5060;lr>",
    "Record-Route: <sip:x@203.0.113.10:5060;lr;fl-h=AAAAAAAAAAAAAAAAAAAAAAAA>",
    "Refer-To: <sip:fl-h.A@203.0.113.10:5060?Replaces=fl-h.a%40b%3Bto-tag%3Dc&x=y>",
    "Record-Route: <sip:10.0.0.1;lr>, <sip:10.0.0.2;lr>",
    "Call-Info: <http://10.0.0.1/ring.wav>;purpose=info, <http://[fe80::1%25eth0]:80/>"
  };

  private final SplittableRandom random;
  private final double share;
  private final List<MessageDraft> heard = new ArrayList<>();

  /**
   * @param share how many of the messages are changed, 0 to 1
   */
  Mutator(SplittableRandom random, double share) {
    this.random = random;
    this.share = share;
  }

  /** What may be put into other messages. */
  void hear(MessageDraft message) {
    if (heard.size() < REMEMBERED) {
      heard.add(message);
    } else {
      heard.set(random.nextInt(REMEMBERED), message);
    }
  }

  /** Some message of before; null when there is none. */
  MessageDraft replay() {
    return heard.isEmpty() ? new MessageDraft("OPTIONS sip:a SIP/2.0") : any(heard);
  }

  /** The message, changed or not. */
  String maybe(String text) {
    if (random.nextDouble() >= share) {
      return text;
    }
    String changed = text;
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed = random.nextInt(5) < 3 ? line(changed) : bytes(changed);
    }
    return changed;
  }

  // ---- lines ----

  private String line(String text) {
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return bytes(text);
    }
    List<String> lines = new ArrayList<>(List.of(text.substring(0, head).split("\r\n", -1)));
    int at = random.nextInt(lines.size());
    switch (random.nextInt(12)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, lines.get(at));
      case 2 -> lines.add(lines.remove(at));
      case 3, 4, 5 -> foreign(lines, at);
      case 6 -> lines.set(at, number(lines.get(at)));
      case 7 -> lines.set(at, longer(lines.get(at)));
      case 8, 9 -> lines.add(1 + random.nextInt(lines.size()), LINES[random.nextInt(LINES.length)]);
      case 10 -> lines.set(at, lines.get(at).replaceFirst(": ?", " :\r\n\t"));
      default -> lines.set(at, cased(lines.get(at)));
    }
    return String.join("\r\n", lines) + text.substring(head);
  }

  // A line, or a part of it, as another message has it.
  private void foreign(List<String> lines, int at) {
    MessageDraft other = replay();
    String name = MessageDraft.name(lines.get(at));
    if (at == 0) {
      lines.set(0, other.start);
    } else if (random.nextInt(4) == 0 && !other.lines.isEmpty()) {
      lines.add(1 + random.nextInt(lines.size()), any(other.lines));
    } else {
      List<String> same = other.all(name);
      if (!same.isEmpty()) {
        lines.set(at, name + ": " + any(same));
      }
    }
  }

  private String number(String line) {
    return line.replaceFirst("[0-9]+(?=[^0-9]*$)", NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  private String longer(String line) {
    int at = random.nextInt(line.length() + 1);
    String more = "l".repeat(LENGTHS[random.nextInt(LENGTHS.length)]);
    return line.substring(0, at) + more + line.substring(at);
  }

  private String cased(String line) {
    return random.nextBoolean()
        ? line.toUpperCase(java.util.Locale.ROOT)
        : line.toLowerCase(java.util.Locale.ROOT);
  }

  // ---- bytes ----

  private String bytes(String text) {
    int at = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), at + random.nextInt(3));
    return switch (random.nextInt(6)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(to);
      case 2 -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 40));
      default ->
          text.substring(0, at)
              + CHARACTERS[random.nextInt(CHARACTERS.length)]
              + text.substring(to);
    };
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
