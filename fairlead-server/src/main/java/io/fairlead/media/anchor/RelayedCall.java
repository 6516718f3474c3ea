// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.relay.RelayedStream;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.SdpProblem;
import io.fairlead.sdp.SessionDescription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call whose media goes over our relay (RFC 3264). Streams are found by the place of their m=
 * line, which offer and answer share. The first offer counts at once, later ones only with their
 * answer, so that a refused one changes nothing.
 *
 * <pre>
 *   first offer ----> streams open, its side is told
 *   answer ---------> both sides are told; of several forks the last one counts ...
 *   confirmed ------> ... until a 2xx has passed: it is agreed, streams nobody wants are closed
 *   later offer ----> streams open for new lines; nothing is told
 *   its answer -----> both sides are told
 *   confirmed ------> agreed, as above; the next offer means that too
 *   refused --------> back to what was agreed, new streams are closed
 * </pre>
 *
 * <p>Owned by the call's loop.
 */
final class RelayedCall implements MediaCall {
  /** Devices that answer one offer; what the others said is forgotten. A fork asks fewer. */
  private static final int MOST_FORKS = 32;

  private static final @Nullable MediaLine[] NO_LINES = {};

  private final RelayEngine engine;
  private final MediaObserver observer;
  private MediaRequest request;
  // Null where keys pass from one side to the other.
  private final @Nullable LineSecurity security;
  private final List<@Nullable RelayedLine> lines = new ArrayList<>(2);
  private final List<MediaReport.Stream> past = new ArrayList<>(0);
  // Those that are closed and whose last packets are still being counted.
  private int closing;
  private @Nullable Consumer<MediaReport> atEnd;
  // The last offer of each side: what it says by m= line.
  private final @Nullable MediaLine[] @Nullable [] offers = {null, null};
  private final OriginVersion[] versions = {new OriginVersion(), new OriginVersion()};
  private final Map<String, @Nullable MediaLine[]> answers = new HashMap<>(2);
  // Whose 2xx has passed; empty before.
  private String confirmed = "";
  private boolean answered;
  private boolean agreed;
  private boolean noPorts;
  private boolean over;

  RelayedCall(RelayEngine engine, MediaRequest request, MediaObserver observer) {
    this.engine = engine;
    this.request = request;
    this.observer = observer;
    MediaProfile profile = request.profile();
    security =
        profile == null
            ? null
            : new LineSecurity(profile, engine.rules().settings().maxSsrcs(), request.callId());
  }

  @Override
  public void describe(ReceivedDescription description, Outcome outcome) {
    byte[] sdp = description.sdp();
    SessionDescription read = tools().parser().parse(sdp, 0, sdp.length);
    SdpProblem problem = read.problem();
    if (over) {
      outcome.untouched("the call is over");
    } else if (SdpProblem.TOO_MANY_MEDIA.equals(problem)) {
      outcome.refused(RefusalCause.TOO_MANY_STREAMS);
    } else if (problem != null) {
      outcome.untouched(problem.toString());
    } else if (description.offer()) {
      offer(description, read, outcome);
    } else {
      answer(description, read, outcome);
    }
  }

  private RelayEngine.SdpTools tools() {
    return engine.tools(request.loop());
  }

  private void offer(ReceivedDescription description, SessionDescription read, Outcome outcome) {
    Side from = description.from();
    // One that goes to nobody yet is the first one again, to the next backend.
    if (answered && !description.calleeTag().isEmpty()) {
      agree();
    }
    @Nullable MediaLine[] said = read(description, read);
    if (count(said) > engine.rules().settings().maxStreams()) {
      outcome.refused(RefusalCause.TOO_MANY_STREAMS);
      return;
    }
    if (security != null && !security.offered(from, network(from), read, said)) {
      outcome.refused(RefusalCause.SRTP_REFUSED);
      return;
    }
    if (noPorts || !open(from, said)) {
      outcome.refused(RefusalCause.NO_MEDIA_PORTS);
      return;
    }
    offers[from.ordinal()] = said;
    if (!agreed) {
      for (int i = 0; i < said.length; i++) {
        MediaLine line = said[i];
        RelayedLine ours = line(i);
        if (line != null && ours != null) {
          ours.offered(from, line);
        }
      }
    }
    write(description, read, said, said, outcome);
  }

  private void answer(ReceivedDescription description, SessionDescription read, Outcome outcome) {
    Side from = description.from();
    @Nullable MediaLine[] offer = offers[from.other().ordinal()];
    if (offer == null) {
      outcome.untouched("it answers no offer that was relayed");
      return;
    }
    @Nullable MediaLine[] said = read(description, read);
    for (int i = 0; i < said.length; i++) {
      said[i] = i < offer.length && offer[i] != null ? said[i] : null;
    }
    if (security != null && !security.answered(from, network(from), read, said)) {
      if (!agreed) {
        outcome.refused(RefusalCause.SRTP_REFUSED);
        return;
      }
      // The call goes on with the keys it has.
      keepKeys(from, said);
    }
    String tag = description.calleeTag();
    boolean early = confirmed.isEmpty();
    if (early && from == Side.CALLEE && (answers.size() < MOST_FORKS || answers.containsKey(tag))) {
      answers.put(tag, said);
    }
    if (early || from == Side.CALLER || tag.equals(confirmed)) {
      take(from.other(), offer, said, !early);
    }
    write(description, read, offer, said, outcome);
  }

  private void keepKeys(Side from, @Nullable MediaLine[] said) {
    for (int i = 0; i < said.length; i++) {
      MediaLine line = said[i];
      RelayedLine ours = line(i);
      if (line != null && ours != null && line.rtpPackets()) {
        said[i] = line.with(ours.keys(from));
      }
    }
  }

  private void take(
      Side offerer, @Nullable MediaLine[] offer, @Nullable MediaLine[] answer, boolean settled) {
    answered = true;
    for (int i = 0; i < lines.size(); i++) {
      RelayedLine line = lines.get(i);
      MediaLine offered = i < offer.length ? offer[i] : null;
      MediaLine taken = i < answer.length ? answer[i] : null;
      if (line != null && offered != null && taken != null) {
        line.described(offerer, offered, taken, settled);
      } else if (line != null) {
        line.unused();
      }
    }
  }

  private void agree() {
    agreed = true;
    answered = false;
    for (int i = 0; i < lines.size(); i++) {
      RelayedLine line = lines.get(i);
      if (line != null && !line.agree()) {
        close(i, line);
      }
    }
  }

  private void close(int place, RelayedLine line) {
    lines.set(place, null);
    forgetKeys(place);
    close(line);
  }

  private void forgetKeys(int place) {
    if (security != null) {
      security.forget(place);
    }
  }

  private void close(RelayedLine line) {
    closing++;
    line.stream().close(this::onLast);
  }

  private void onLast(MediaReport.Stream last) {
    closing--;
    // A side that adds and removes streams for ever must not make the report grow for ever.
    if (past.size() < (over ? 2 : 1) * engine.rules().settings().maxStreams()) {
      past.add(last);
    }
    tellAtEnd();
  }

  private void tellAtEnd() {
    Consumer<MediaReport> told = atEnd;
    if (told != null && closing == 0) {
      atEnd = null;
      told.accept(report());
    }
  }

  private @Nullable MediaLine[] read(ReceivedDescription description, SessionDescription read) {
    @Nullable MediaLine[] said =
        read.media() == 0 ? NO_LINES : new @Nullable MediaLine[read.media()];
    UnlatchedSendPolicy sendFirst = engine.rules().sendFirst();
    String network = network(description.from());
    for (int i = 0; i < said.length; i++) {
      said[i] =
          MediaLine.read(
              read, read.media(i), to -> sendFirst.allows(to, description.source(), network));
    }
    return said;
  }

  private String network(Side side) {
    return side == Side.CALLER ? request.callerNetwork() : request.calleeNetwork();
  }

  private static int count(@Nullable MediaLine[] said) {
    int count = 0;
    for (MediaLine line : said) {
      count += line == null ? 0 : 1;
    }
    return count;
  }

  private @Nullable RelayedLine line(int place) {
    return place < lines.size() ? lines.get(place) : null;
  }

  // A stream for each line that has none; when there is none left all those are given back.
  private boolean open(Side from, @Nullable MediaLine[] said) {
    int[] opened = new int[said.length];
    int count = 0;
    for (int i = 0; i < said.length; i++) {
      MediaLine line = said[i];
      if (line == null || line(i) != null) {
        continue;
      }
      RelayedStream stream = engine.streams().open(request, line.kind(), new Silence());
      if (stream == null) {
        for (int j = 0; j < count; j++) {
          close(opened[j], from);
        }
        return false;
      }
      while (lines.size() <= i) {
        lines.add(null);
      }
      lines.set(i, new RelayedLine(stream, engine.rules().settings(), from));
      opened[count++] = i;
    }
    return true;
  }

  private void close(int place, Side openedBy) {
    RelayedLine line = lines.get(place);
    if (line != null && line.openedBy(openedBy)) {
      lines.set(place, null);
      forgetKeys(place);
      line.stream().close(last -> {});
    }
  }

  private void write(
      ReceivedDescription description,
      SessionDescription read,
      @Nullable MediaLine[] offer,
      @Nullable MediaLine[] said,
      Outcome outcome) {
    Side reader = description.from().other();
    DescriptionWriter.@Nullable Ours[] ours = new DescriptionWriter.@Nullable Ours[said.length];
    boolean any = false;
    for (int i = 0; i < said.length; i++) {
      RelayedLine line = line(i);
      MediaLine offered = i < offer.length ? offer[i] : null;
      if (said[i] != null && line != null && offered != null) {
        DescriptionWriter.Security how =
            security == null || !offered.rtpPackets()
                ? null
                : description.offer()
                    ? security.offer(i, reader, network(reader), offered)
                    : LineSecurity.answer(offered);
        ours[i] = ours(line.stream(), reader, offered.muxes(), description.offer(), how);
        any = true;
      }
    }
    if (!any) {
      outcome.untouched(Relayable.whyNone(read));
      return;
    }
    DescriptionWriter writer = tools().writer();
    writer.write(read, ours, versions[reader.ordinal()]);
    outcome.rewritten(writer.bytes(), 0, writer.length());
  }

  private static DescriptionWriter.Ours ours(
      RelayedStream stream,
      Side reader,
      boolean muxes,
      boolean offer,
      DescriptionWriter.@Nullable Security how) {
    int port = stream.port(reader);
    // In an offer the next port is for one who does not share.
    int rtcpPort = muxes && !offer ? port : port + 1;
    return new DescriptionWriter.Ours(stream.address(reader), port, rtcpPort, muxes, how);
  }

  @Override
  public void confirmed(String calleeTag) {
    if (over || !(confirmed.isEmpty() || confirmed.equals(calleeTag))) {
      return;
    }
    confirmed = calleeTag;
    @Nullable MediaLine[] offer = offers[Side.CALLER.ordinal()];
    @Nullable MediaLine[] answer = answers.get(calleeTag);
    answers.clear();
    if (offer != null && answer != null) {
      take(Side.CALLER, offer, answer, true);
    }
    if (answered) {
      agree();
    }
  }

  @Override
  public void reopened() {
    confirmed = "";
  }

  @Override
  public void rejected(Side offerer) {
    offers[offerer.ordinal()] = null;
    if (over || !agreed) {
      return;
    }
    answered = false;
    for (int i = 0; i < lines.size(); i++) {
      close(i, offerer);
      RelayedLine line = lines.get(i);
      if (line != null) {
        line.restore();
      }
    }
  }

  @Override
  public void moveCallee(String calleeNetwork) {
    if (over || (calleeNetwork.equals(request.calleeNetwork()) && !noPorts)) {
      return;
    }
    request = request.movedTo(calleeNetwork);
    noPorts = false;
    for (RelayedLine line : lines) {
      noPorts |= line != null && !line.stream().move(Side.CALLEE, calleeNetwork);
    }
  }

  @Override
  public void end(Consumer<MediaReport> then) {
    if (over) {
      return;
    }
    over = true;
    for (RelayedLine line : lines) {
      if (line != null) {
        close(line);
      }
    }
    lines.clear();
    atEnd = then;
    tellAtEnd();
  }

  @Override
  public MediaReport report() {
    List<MediaReport.Stream> streams = new ArrayList<>(past);
    for (RelayedLine line : lines) {
      if (line != null) {
        streams.add(line.stream().report());
      }
    }
    return new MediaReport(engine.name(), List.copyOf(streams));
  }

  private boolean isSilent(Side side) {
    for (RelayedLine line : lines) {
      if (line != null && !line.isSilent(side)) {
        return false;
      }
    }
    return true;
  }

  /** Hears from one stream; the call is silent when all of its streams are. */
  private final class Silence implements MediaObserver {
    @Override
    public void onSilence(@Nullable Side silent, Duration forLong) {
      boolean caller = silent != Side.CALLEE && isSilent(Side.CALLER);
      boolean callee = silent != Side.CALLER && isSilent(Side.CALLEE);
      if (!over && (caller || callee)) {
        observer.onSilence(caller && callee ? null : caller ? Side.CALLER : Side.CALLEE, forLong);
      }
    }

    @Override
    public void onEngineLost() {
      if (!over) {
        observer.onEngineLost();
      }
    }
  }
}
