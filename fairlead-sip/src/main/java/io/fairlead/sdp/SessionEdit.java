// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;

/**
 * Changes to a session description within a message: they join the message's own {@link Edit}, so
 * that all is written in one go, and what is not named stays byte for byte. {@link #partLength}
 * comes last.
 *
 * <p>Owned by one loop.
 */
public final class SessionEdit {
  private final Edit edit;
  private final SessionDescription session;

  /**
   * Changes to a description.
   *
   * @param edit on the message the description is part of
   * @param session a view on the same bytes
   */
  public SessionEdit(Edit edit, SessionDescription session) {
    this.edit = edit;
    this.session = session;
  }

  /**
   * Puts another address in the place of one.
   *
   * @param where one that is present
   * @param six whether the new one is IPv6
   * @param text the new one as text, without brackets
   */
  public void address(NetAddress where, boolean six, String text) {
    edit.replace(where.familyFrom(), where.end()).put(six ? "IP6 " : "IP4 ").put(text);
  }

  /** Puts another port, and no number of ports, in the place of one. */
  public void port(MediaDescription media, int port) {
    edit.replace(media.portFrom(), media.portTo()).number(port);
  }

  /** Says where RTCP is received: that port at the media's own address. */
  public void rtcp(MediaDescription media, int port) {
    if (media.rtcpLine() >= 0) {
      edit.replace(media.rtcpPortFrom(), media.rtcpPortTo()).number(port);
    } else {
      add(media).put("a=rtcp:").number(port).line();
    }
  }

  /** Puts another direction in the place of what is said or, where nothing is, at the end. */
  public void direction(MediaDescription media, Direction direction) {
    String name =
        switch (direction) {
          case SENDRECV -> "sendrecv";
          case SENDONLY -> "sendonly";
          case RECVONLY -> "recvonly";
          case INACTIVE -> "inactive";
        };
    int line = media.directionLine();
    if (line > media.firstLine()) {
      edit.replace(session.lineStart(line), session.valueEnd(line)).put("a=").put(name);
    } else {
      add(media).put("a=").put(name).line();
    }
  }

  /** Cuts a line. */
  public void cut(int line) {
    edit.cut(session.lineStart(line), session.lineEnd(line));
  }

  /** Cuts all lines of that attribute of a media description. */
  public void cut(MediaDescription media, Attribute attribute) {
    for (int line = media.next(attribute, media.firstLine());
        line >= 0;
        line = media.next(attribute, line)) {
      cut(line);
    }
  }

  /** Cuts all lines of that attribute which are about the session as a whole. */
  public void cut(Attribute attribute) {
    for (int line = session.next(attribute, -1); line >= 0; line = session.next(attribute, line)) {
      cut(line);
    }
  }

  /** Puts another value in the place of the one of a line. */
  public SipWriter value(int line) {
    return edit.replace(session.valueStart(line), session.valueEnd(line));
  }

  /** Adds a line to a media description: what is then written, its line break included. */
  public SipWriter add(MediaDescription media) {
    return behind(media.endLine() - 1);
  }

  /** Adds a line to what is about the session as a whole: what is then written, with its break. */
  public SipWriter add() {
    return behind(session.sessionEndLine() - 1);
  }

  // Attributes have no order, so the new one stands before the last: that one may lack its line
  // break, or be cut.
  private SipWriter behind(int line) {
    int last = line;
    while (last > 0 && session.letter(last) == 0) {
      last--;
    }
    if (session.letter(last) == 'a') {
      return edit.insert(session.lineStart(last));
    }
    int end = session.lineEnd(last);
    SipWriter text = edit.insert(end);
    return switch (session.bytes()[end - 1]) {
      case '\n' -> text;
      case '\r' -> text.put('\n');
      default -> text.line();
    };
  }

  /**
   * Makes the Content-Length of the description's part of a multipart body right, for the edits so
   * far; that of the message follows by itself.
   *
   * @param body where the description is in the message
   */
  public void partLength(SessionBody body) {
    if (body.lengthFrom() >= 0) {
      int grown = body.to() - body.from() + edit.growth(body.from(), body.to());
      edit.replace(body.lengthFrom(), body.lengthTo()).number(grown);
    }
  }

  /** The description as it was, for logs. */
  @Override
  public String toString() {
    return Ascii.text(session.bytes(), session.start(), session.end());
  }
}
