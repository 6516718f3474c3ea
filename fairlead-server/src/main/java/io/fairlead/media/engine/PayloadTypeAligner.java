// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.sdp.Attribute;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.RtpMap;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.SipWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives an answer's codecs the numbers that its offer has for them. RFC 3264 §6.1 lets each side
 * choose its own; rtpengine 10.5 takes a codec with another number for another codec and leaves it
 * out of the answer, so that the call has no media, or no DTMF.
 *
 * <p>Owned by one loop.
 */
public final class PayloadTypeAligner {
  private static final byte[] RTCP_FB = "rtcp-fb".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final List<List<RtpMap>> offered = new ArrayList<>();

  /** Remembers an offer's numbers. */
  public void offer(byte[] sdp) {
    offered.clear();
    SessionDescription session = read(sdp);
    if (session.problem() == null) {
      for (int i = 0; i < session.media(); i++) {
        offered.add(maps(session, session.media(i)));
      }
    }
  }

  // A parser keeps 2 KiB and the last description: too much to have with each call that is up.
  private static SessionDescription read(byte[] sdp) {
    return new SdpParser().parse(sdp, 0, sdp.length);
  }

  private static List<RtpMap> maps(SessionDescription session, MediaDescription media) {
    List<RtpMap> maps = new ArrayList<>();
    for (int line = media.next(Attribute.RTPMAP, media.firstLine());
        line >= 0;
        line = media.next(Attribute.RTPMAP, line)) {
      RtpMap map = RtpMap.read(session.bytes(), session.valueStart(line), session.valueEnd(line));
      if (map != null) {
        maps.add(map);
      }
    }
    return maps;
  }

  /** The answer with the offer's numbers; the same array when it has them. */
  public byte[] answer(byte[] sdp) {
    SessionDescription session = read(sdp);
    if (session.problem() != null) {
      return sdp;
    }
    Edit edit = new Edit().on(sdp, 0, sdp.length);
    for (int i = 0; i < Math.min(session.media(), offered.size()); i++) {
      Map<Integer, Integer> numbers = numbers(session, session.media(i), offered.get(i));
      if (!numbers.isEmpty()) {
        renumber(edit, session, session.media(i), numbers);
      }
    }
    if (edit.isEmpty()) {
      return sdp;
    }
    SipWriter out = new SipWriter(sdp.length + 64);
    edit.write(out);
    return out.copy();
  }

  // By the answer's number, those that change. Where two codecs of the answer would then have one
  // number, nothing is sure and all stay.
  private static Map<Integer, Integer> numbers(
      SessionDescription session, MediaDescription media, List<RtpMap> offer) {
    List<RtpMap> answer = maps(session, media);
    Map<Integer, Integer> changed = new HashMap<>();
    for (RtpMap map : answer) {
      RtpMap same = counterpart(map, offer);
      if (same != null && same.payloadType() != map.payloadType()) {
        changed.put(map.payloadType(), same.payloadType());
      }
    }
    long distinct =
        answer.stream()
            .mapToInt(RtpMap::payloadType)
            .map(type -> changed.getOrDefault(type, type))
            .distinct()
            .count();
    return distinct == answer.stream().mapToInt(RtpMap::payloadType).distinct().count()
        ? changed
        : Map.of();
  }

  // Two of an offer may have one encoding, as H264 in several profiles: that of the same number is
  // meant first.
  private static @Nullable RtpMap counterpart(RtpMap map, List<RtpMap> offer) {
    RtpMap found = null;
    for (RtpMap one : offer) {
      if (one.sameEncoding(map)) {
        if (one.payloadType() == map.payloadType()) {
          return one;
        }
        found = found == null ? one : found;
      }
    }
    return found;
  }

  private static void renumber(
      Edit edit, SessionDescription session, MediaDescription media, Map<Integer, Integer> to) {
    byte[] bytes = session.bytes();
    for (int at = media.formatsFrom(); at < media.formatsTo(); ) {
      int end = word(bytes, at, media.formatsTo());
      replace(edit, bytes, at, end, to);
      at = Ascii.skipLws(bytes, end, media.formatsTo());
    }
    for (int line = media.firstLine() + 1; line < media.endLine(); line++) {
      if (numbered(session, line)) {
        int from = session.valueStart(line);
        replace(edit, bytes, from, word(bytes, from, session.valueEnd(line)), to);
      }
    }
  }

  private static boolean numbered(SessionDescription session, int line) {
    Attribute attribute = session.attribute(line);
    if (session.letter(line) != 'a') {
      return false;
    }
    int name = session.lineStart(line) + 2;
    return attribute == Attribute.RTPMAP
        || attribute == Attribute.FMTP
        || name + RTCP_FB.length <= session.valueStart(line)
            && Ascii.equalsLower(session.bytes(), name, name + RTCP_FB.length, RTCP_FB);
  }

  private static int word(byte[] bytes, int from, int to) {
    int end = Ascii.indexOf(bytes, from, to, ' ');
    return end < 0 ? to : end;
  }

  private static void replace(Edit edit, byte[] bytes, int from, int to, Map<Integer, Integer> by) {
    int number = (int) Ascii.number(bytes, from, to, RtpMap.MAX_TYPE);
    Integer other = by.get(number);
    if (other != null) {
      edit.replace(from, to).number(other);
    }
  }
}
