// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.rtpproxy;

import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaReport.Quality;
import io.fairlead.media.MediaReport.Stream;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.engine.CallProtocol;
import io.fairlead.net.IpAddresses;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One call at an rtpproxy: U for each media line of an offer, L for each of an answer.
 *
 * <p>A command names the tags in the order of the request that carried the offer, so those of a
 * re-INVITE by the callee stand the other way round.
 *
 * <p>Owned by one loop, the call's.
 */
final class RtpproxyCallProtocol implements CallProtocol {
  // What divides words and commands of rtpproxy, and its tags from their media numbers.
  private static final Pattern UNSAFE = Pattern.compile("[^!-~]|[;%]");
  // E8 comes from older ones, E50 from those since 1.3: no session of that name.
  private static final List<String> NO_SESSION = List.of("E8", "E50");

  private final RtpproxyProtocol engine;
  private final MediaRequest request;
  private final BitSet lines = new BitSet();
  private final List<String> kinds = new ArrayList<>();
  private String calleeNetwork;
  private String calleeTag = "";

  RtpproxyCallProtocol(RtpproxyProtocol engine, MediaRequest request) {
    this.engine = engine;
    this.request = request;
    this.calleeNetwork = request.calleeNetwork();
  }

  @Override
  public List<byte[]> describe(Told told) {
    // A parser keeps 2 KiB and the last description: too much to have with each call that is up.
    SessionDescription session = new SdpParser().parse(told.sdp(), 0, told.sdp().length);
    List<byte[]> commands = new ArrayList<>();
    if (session.problem() != null) {
      return commands;
    }
    calleeTag = told.calleeTag().isEmpty() ? calleeTag : told.calleeTag();
    Side offerer = told.offer() ? told.from() : told.from().other();
    for (int i = 0; i < session.media(); i++) {
      MediaDescription media = session.media(i);
      if (MediaLineRewriter.relayed(media)) {
        while (kinds.size() <= i) {
          kinds.add("");
        }
        kinds.set(i, media.kind());
        lines.set(i);
        commands.add(command(told, media, offerer, i + 1));
      }
    }
    return commands;
  }

  // U[opts] call-id address port from-tag;n [to-tag;n], and L with both tags.
  private byte[] command(Told told, MediaDescription media, Side offerer, int number) {
    StringBuilder line = new StringBuilder(told.offer() ? "U" : "L");
    line.append(told.offer() ? sides(offerer) : "");
    line.append(media.connection().six() ? "6" : "");
    line.append(' ').append(safe(request.callId()));
    line.append(' ').append(media.connection().text());
    line.append(' ').append(media.port());
    line.append(' ').append(tag(offerer)).append(';').append(number);
    if (!told.offer() || !calleeTag.isEmpty()) {
      line.append(' ').append(tag(offerer.other())).append(';').append(number);
    }
    return RtpproxyProtocol.bytes(line.toString());
  }

  // The side the offer came from, then the one it goes to.
  private String sides(Side offerer) {
    String from = engine.settings().interfaces().get(network(offerer));
    String to = engine.settings().interfaces().get(network(offerer.other()));
    return from == null || to == null ? "" : from.substring(0, 1) + to.charAt(0);
  }

  private String network(Side side) {
    return side == Side.CALLER ? request.callerNetwork() : calleeNetwork;
  }

  private String tag(Side side) {
    return safe(side == Side.CALLER ? request.callerTag() : calleeTag);
  }

  static String safe(String word) {
    return word.isEmpty()
        ? "-"
        : UNSAFE
            .matcher(word)
            .replaceAll(found -> "%%%02x".formatted((int) found.group().charAt(0)));
  }

  @Override
  public Reading read(Told told, List<byte[]> answers) {
    List<MediaLineRewriter.Place> places = new ArrayList<>();
    for (byte[] answer : answers) {
      String text = RtpproxyProtocol.text(answer, 0, answer.length);
      MediaLineRewriter.Place place = place(text);
      if (place == null) {
        return NO_SESSION.contains(text) || text.equals("0")
            ? new Reading.Gone()
            : new Reading.Refused(text);
      }
      places.add(place);
    }
    return new Reading.Rewritten(MediaLineRewriter.rewritten(told.sdp(), places));
  }

  // "port" alone means the address the commands go to; a third word tells the family.
  private MediaLineRewriter.@Nullable Place place(String answer) {
    String[] words = answer.split(" +", -1);
    if (!words[0].matches("[0-9]{1,5}")) {
      return null;
    }
    int port = Integer.parseInt(words[0]);
    InetAddress address =
        words.length > 1
            ? IpAddresses.literal(words[1])
            : engine.settings().address().address().getAddress();
    return port == 0 || port > 65535 || address == null
        ? null
        : new MediaLineRewriter.Place(address, port);
  }

  @Override
  public void moveCallee(String network) {
    calleeNetwork = network;
  }

  @Override
  public List<byte[]> query() {
    List<byte[]> questions = new ArrayList<>();
    for (int i = lines.nextSetBit(0); i >= 0 && !calleeTag.isEmpty(); i = lines.nextSetBit(i + 1)) {
      String tags = tag(Side.CALLER) + ';' + (i + 1) + ' ' + tag(Side.CALLEE) + ';' + (i + 1);
      questions.add(RtpproxyProtocol.bytes("Q " + safe(request.callId()) + ' ' + tags));
    }
    return questions;
  }

  // "ttl from-caller from-callee relayed dropped", packets of RTP and RTCP together.
  @Override
  public @Nullable MediaReport report(List<byte[]> answers) {
    List<Stream> streams = new ArrayList<>();
    int line = lines.nextSetBit(0);
    for (byte[] answer : answers) {
      String text = RtpproxyProtocol.text(answer, 0, answer.length);
      String[] words = text.split(" +", -1);
      if (words.length >= 5 && line >= 0) {
        streams.add(new Stream(kinds.get(line), "", packets(words[1]), packets(words[2]), false));
      }
      line = line < 0 ? line : lines.nextSetBit(line + 1);
    }
    String first = RtpproxyProtocol.text(answers.getFirst(), 0, answers.getFirst().length);
    return streams.isEmpty() && NO_SESSION.contains(first)
        ? null
        : new MediaReport(engine.name(), List.copyOf(streams));
  }

  private static Quality packets(String word) {
    long packets = word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
    return packets == 0 ? Quality.SILENT : new Quality(packets, 0, 0, 0, 0, 0, -1, 0, -1);
  }

  @Override
  public byte[] delete() {
    String to = calleeTag.isEmpty() ? "" : ' ' + tag(Side.CALLEE);
    return RtpproxyProtocol.bytes("D " + safe(request.callId()) + ' ' + tag(Side.CALLER) + to);
  }

  @Override
  public @Nullable MediaReport lastReport(byte[] answer) {
    return null;
  }

  @Override
  public boolean reportsAtEnd() {
    return false;
  }
}
