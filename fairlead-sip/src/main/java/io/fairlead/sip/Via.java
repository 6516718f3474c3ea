// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/**
 * One via-parm (RFC 3261 §20.42, §25.1; RFC 3581 for rport). Offsets are positions in the message's
 * bytes; -1 where a part is absent.
 *
 * <p>Owned by one loop.
 */
public final class Via {
  private static final ShortKeyword PROTOCOL = ShortKeyword.of("SIP/2.0/");
  private static final ShortKeyword BRANCH = ShortKeyword.of("branch");
  private static final ShortKeyword RECEIVED = ShortKeyword.of("received");
  private static final ShortKeyword RPORT = ShortKeyword.of("rport");
  private static final ShortKeyword MADDR = ShortKeyword.of("maddr");
  private static final ShortKeyword ALIAS = ShortKeyword.of("alias");

  /** RFC 3261 §8.1.1.7: a branch that begins so is unique, and a transaction can be found by it. */
  private static final ShortKeyword COOKIE = ShortKeyword.of("z9hg4bk");

  private byte[] bytes = {};
  int header = -1;
  private int transportFrom;
  private int transportTo;
  private int hostFrom;
  private int hostTo;
  private int port;
  private int sentByTo;
  private int branchFrom;
  private int branchTo;
  private int receivedFrom;
  private int receivedTo;
  private int rportNameTo;
  private int rportFrom;
  private int rportTo;
  private int maddrFrom;
  private int maddrTo;
  private int end;
  private boolean alias;
  private boolean doubtful;
  private boolean broken;

  void clear() {
    header = -1;
    port = -1;
    branchFrom = -1;
    branchTo = -1;
    receivedFrom = -1;
    receivedTo = -1;
    rportNameTo = -1;
    rportFrom = -1;
    rportTo = -1;
    maddrFrom = -1;
    maddrTo = -1;
    alias = false;
    doubtful = false;
    broken = false;
    sentByTo = -1;
  }

  void copy(Via other, byte[] newBytes, int shift) {
    bytes = newBytes;
    header = other.header;
    transportFrom = other.transportFrom + shift;
    transportTo = other.transportTo + shift;
    hostFrom = other.hostFrom + shift;
    hostTo = other.hostTo + shift;
    port = other.port;
    sentByTo = moved(other.sentByTo, shift);
    branchFrom = moved(other.branchFrom, shift);
    branchTo = moved(other.branchTo, shift);
    receivedFrom = moved(other.receivedFrom, shift);
    receivedTo = moved(other.receivedTo, shift);
    rportNameTo = moved(other.rportNameTo, shift);
    rportFrom = moved(other.rportFrom, shift);
    rportTo = moved(other.rportTo, shift);
    maddrFrom = moved(other.maddrFrom, shift);
    maddrTo = moved(other.maddrTo, shift);
    end = other.end + shift;
    alias = other.alias;
    doubtful = other.doubtful;
    broken = other.broken;
  }

  private static int moved(int offset, int shift) {
    return offset < 0 ? -1 : offset + shift;
  }

  /**
   * Reads the first via-parm of a header value.
   *
   * @return false when it breaks the grammar
   */
  public boolean parse(byte[] source, int from, int to) {
    clear();
    bytes = source;
    int i = protocol(from, to);
    if (i < 0) {
      return false;
    }
    transportFrom = i;
    transportTo = Ascii.run(bytes, i, to, Ascii.TOKEN);
    int hostAt = Ascii.skipLws(bytes, transportTo, to);
    if (transportTo == transportFrom || hostAt == transportTo) {
      return false;
    }
    i = sentBy(hostAt, to);
    if (i < 0) {
      return false;
    }
    broken = !params(i, to);
    return !broken;
  }

  // Behind "SIP/2.0/", nearly always written just so, or another protocol; or -1.
  private int protocol(int from, int to) {
    if (from + PROTOCOL.length() < to && PROTOCOL.begins(bytes, from)) {
      return Ascii.skipLws(bytes, from + PROTOCOL.length(), to);
    }
    int i = slash(Ascii.run(bytes, from, to, Ascii.TOKEN), from, to);
    return i < 0 ? -1 : slash(Ascii.run(bytes, i, to, Ascii.TOKEN), i, to);
  }

  // Behind the slash that follows a token, or -1.
  private int slash(int tokenTo, int tokenFrom, int to) {
    int i = Ascii.skipLws(bytes, tokenTo, to);
    boolean found = tokenTo > tokenFrom && i < to && bytes[i] == '/';
    return found ? Ascii.skipLws(bytes, i + 1, to) : -1;
  }

  // Behind sent-by, or -1.
  private int sentBy(int from, int to) {
    hostFrom = from;
    hostTo = SipUri.hostEnd(bytes, from, to);
    if (hostTo == from) {
      return -1;
    }
    int colon = Ascii.skipLws(bytes, hostTo, to);
    if (colon == to || bytes[colon] != ':') {
      sentByTo = hostTo;
      return colon;
    }
    int portFrom = Ascii.skipLws(bytes, colon + 1, to);
    int portTo = Ascii.digits(bytes, portFrom, to);
    port = (int) Ascii.number(bytes, portFrom, portTo, 65535);
    if (port <= 0) {
      return -1;
    }
    sentByTo = portTo;
    return Ascii.skipLws(bytes, portTo, to);
  }

  private boolean params(int from, int to) {
    int i = from;
    end = sentByTo;
    while (i < to && bytes[i] == ';') {
      int nameFrom = Ascii.skipLws(bytes, i + 1, to);
      int nameTo = Ascii.run(bytes, nameFrom, to, Ascii.TOKEN);
      if (nameTo == nameFrom) {
        return false;
      }
      int valueFrom = -1;
      int valueTo = -1;
      i = Ascii.skipLws(bytes, nameTo, to);
      if (i < to && bytes[i] == '=') {
        valueFrom = Ascii.skipLws(bytes, i + 1, to);
        valueTo = NameAddr.valueEnd(bytes, valueFrom, to);
        if (valueTo < 0) {
          return false;
        }
        i = Ascii.skipLws(bytes, valueTo, to);
      }
      end = valueTo < 0 ? nameTo : valueTo;
      remember(nameFrom, nameTo, valueFrom, valueTo);
    }
    return i == to || bytes[i] == ',';
  }

  private void remember(int nameFrom, int nameTo, int valueFrom, int valueTo) {
    switch (bytes[nameFrom] | 0x20) {
      case 'a' -> alias |= ALIAS.is(bytes, nameFrom, nameTo);
      case 'b' -> {
        if (BRANCH.is(bytes, nameFrom, nameTo)) {
          doubtful |= branchFrom >= 0 || valueTo <= valueFrom;
          branchFrom = valueFrom;
          branchTo = valueTo;
        }
      }
      case 'r' -> {
        if (RECEIVED.is(bytes, nameFrom, nameTo)) {
          doubtful |= receivedFrom >= 0 || valueTo <= valueFrom;
          receivedFrom = valueFrom;
          receivedTo = valueTo;
        } else if (RPORT.is(bytes, nameFrom, nameTo)) {
          doubtful |= rportNameTo >= 0;
          rportNameTo = nameTo;
          rportFrom = valueFrom;
          rportTo = valueTo;
        }
      }
      case 'm' -> {
        if (MADDR.is(bytes, nameFrom, nameTo)) {
          doubtful |= maddrFrom >= 0 || valueTo <= valueFrom;
          maddrFrom = valueFrom;
          maddrTo = valueTo;
        }
      }
      default -> {}
    }
  }

  /** True when sent-by was read; an answer may be tried even if the rest is broken. */
  boolean hasSentBy() {
    return sentByTo >= 0;
  }

  /** True when the grammar breaks behind {@link #end()}. */
  boolean isBroken() {
    return broken;
  }

  /** True when a parameter that says the way back stands twice or lacks its value. */
  boolean isDoubtful() {
    return doubtful;
  }

  /**
   * Where the next via-parm of the header value ending at {@code to} begins, or -1 when this was
   * the last.
   */
  public int nextElement(int to) {
    int next = NameAddr.nextElement(bytes, end, to);
    return next < to ? next : -1;
  }

  /** The header line it stands in. */
  public int header() {
    return header;
  }

  /** Behind its last parameter; a comma with a further via-parm may follow. */
  public int end() {
    return end;
  }

  /** The transport token as written. */
  public String transport() {
    return Ascii.text(bytes, transportFrom, transportTo);
  }

  /** Where the host of sent-by begins. */
  public int hostFrom() {
    return hostFrom;
  }

  /** Where the host of sent-by ends; brackets of IPv6 included. */
  public int hostTo() {
    return hostTo;
  }

  /** True when the sender offers its connection for requests to it (RFC 5923 §5.1). */
  public boolean hasAlias() {
    return alias;
  }

  /** The host of sent-by as text. */
  public String host() {
    return Ascii.text(bytes, hostFrom, hostTo);
  }

  /** Behind sent-by, port included. */
  public int sentByTo() {
    return sentByTo;
  }

  /** The port of sent-by, or -1. */
  public int port() {
    return port;
  }

  /** Where the branch begins, or -1. */
  public int branchFrom() {
    return branchFrom;
  }

  /** Where the branch ends, or -1. */
  public int branchTo() {
    return branchTo;
  }

  /** True when the branch carries the magic cookie and something behind it. */
  public boolean hasUniqueBranch() {
    return branchTo - branchFrom > COOKIE.length() && COOKIE.begins(bytes, branchFrom);
  }

  /** Where the value of received begins, or -1. */
  public int receivedFrom() {
    return receivedFrom;
  }

  /** Where the value of received ends, or -1. */
  public int receivedTo() {
    return receivedTo;
  }

  /** The value of received without brackets, or empty. */
  public String received() {
    if (receivedTo <= receivedFrom) {
      return "";
    }
    boolean brackets = bytes[receivedFrom] == '[' && bytes[receivedTo - 1] == ']';
    return brackets
        ? Ascii.text(bytes, receivedFrom + 1, receivedTo - 1)
        : Ascii.text(bytes, receivedFrom, receivedTo);
  }

  /** The value of maddr, or empty. */
  public String maddr() {
    return maddrTo > maddrFrom ? Ascii.text(bytes, maddrFrom, maddrTo) : "";
  }

  /** True when rport is there, with or without value (RFC 3581 §3). */
  public boolean hasRport() {
    return rportNameTo >= 0;
  }

  /** Behind the word rport, or -1. */
  public int rportNameTo() {
    return rportNameTo;
  }

  /** Behind rport's value, or -1 when it has none. */
  public int rportTo() {
    return rportTo;
  }

  /** The value of rport, or -1. */
  public int rport() {
    return rportTo > rportFrom ? (int) Ascii.number(bytes, rportFrom, rportTo, 65535) : -1;
  }
}
