// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A message as text that a fuzzing peer takes apart, changes and puts together. It judges nothing:
 * what is no message is a first line and no headers. Owned by the test's thread.
 */
final class MessageDraft {
  private static final String END = "\r\n";
  private static final Map<String, String> COMPACT =
      Map.of(
          "v",
          "via",
          "f",
          "from",
          "t",
          "to",
          "i",
          "call-id",
          "m",
          "contact",
          "l",
          "content-length",
          "c",
          "content-type",
          "k",
          "supported",
          "o",
          "event",
          "x",
          "session-expires");

  String start;
  final List<String> lines;
  String body;

  MessageDraft(String start) {
    this(start, new ArrayList<>(), "");
  }

  private MessageDraft(String start, List<String> lines, String body) {
    this.start = start;
    this.lines = lines;
    this.body = body;
  }

  static MessageDraft of(String text) {
    int head = text.indexOf(END + END);
    String above = head < 0 ? text : text.substring(0, head);
    List<String> lines = new ArrayList<>(List.of(above.split(END, -1)));
    String start = lines.removeFirst();
    return new MessageDraft(start, lines, head < 0 ? "" : text.substring(head + 4));
  }

  MessageDraft with(String name, String value) {
    lines.add(name + ": " + value);
    return this;
  }

  MessageDraft withAll(String name, List<String> values) {
    values.forEach(value -> with(name, value));
    return this;
  }

  /** The name of a header line in its long form and small letters. */
  static String name(String line) {
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
    return COMPACT.getOrDefault(name, name);
  }

  static String value(String line) {
    return line.substring(line.indexOf(':') + 1).trim();
  }

  List<String> all(String name) {
    return lines.stream().filter(line -> name(line).equals(name)).map(MessageDraft::value).toList();
  }

  String first(String name) {
    List<String> all = all(name);
    return all.isEmpty() ? "" : all.getFirst();
  }

  /** Puts the value into the first line of that name. */
  void set(String name, String value) {
    for (int i = 0; i < lines.size(); i++) {
      if (name(lines.get(i)).equals(name)) {
        lines.set(i, lines.get(i).substring(0, lines.get(i).indexOf(':') + 1) + " " + value);
        return;
      }
    }
  }

  boolean isRequest() {
    return !start.startsWith("SIP/2.0 ");
  }

  int status() {
    return isRequest() ? 0 : number(start.substring(8), 0);
  }

  /** Of a request its method, of a response the one in CSeq. */
  String method() {
    String text = isRequest() ? start : first("cseq").replaceFirst("^[0-9]+ +", "");
    return text.split(" ", 2)[0];
  }

  String uri() {
    String[] parts = start.split(" ", 3);
    return parts.length > 1 ? parts[1] : "";
  }

  int cseq() {
    return number(first("cseq"), 1);
  }

  /** What tells a transaction from others, as far as a peer needs to know. */
  String transaction() {
    return param(first("via").split(",", 2)[0], "branch") + " " + first("call-id") + cseq();
  }

  /** The number a text begins with. */
  static int number(String text, int none) {
    int to = 0;
    while (to < text.length() && to < 9 && Character.isDigit(text.charAt(to))) {
      to++;
    }
    return to == 0 ? none : Integer.parseInt(text.substring(0, to));
  }

  static String param(String value, String name) {
    int at = value.indexOf(";" + name + "=", Math.max(0, value.indexOf('>')));
    return at < 0 ? "" : value.substring(at + name.length() + 2).split("[;>, ]", 2)[0];
  }

  /** The URI between the brackets, or what stands before the parameters. */
  static String bracketed(String value) {
    int open = value.indexOf('<');
    int close = value.indexOf('>', open);
    return open < 0 || close < 0 ? value.split(";", 2)[0] : value.substring(open + 1, close);
  }

  /** With a Content-Length that is right, behind the other headers. */
  String text() {
    StringBuilder text = new StringBuilder(start).append(END);
    lines.forEach(line -> text.append(line).append(END));
    return text.append("Content-Length: ")
        .append(body.length())
        .append(END)
        .append(END)
        .append(body)
        .toString();
  }

  @Override
  public String toString() {
    return start;
  }
}
