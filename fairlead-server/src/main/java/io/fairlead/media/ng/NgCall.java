// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.ng.NgCallStatistics.Party;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgText;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that somebody else's proxy has relayed by us. Who sent the first offer is the caller; by
 * that the tags of all later requests say whose a description is.
 *
 * <pre>
 *   EMPTY --offer--> OPEN --delete, silence of both sides, nobody answers--> EMPTY
 * </pre>
 *
 * <p>Owned by one loop, the call's.
 */
final class NgCall implements MediaObserver {
  // A call that was forked to more has them counted as one.
  private static final int MOST_TAGS = 64;

  private final Site site;
  private final Loop loop;
  private final String callId;
  private final NgDescription descriptions;
  private final Timer unanswered = Timer.of(() -> ended(Ended.UNANSWERED));
  // Few calls are forked: room for two, and for more when they come.
  private final Map<String, Party> parties = LinkedHashMap.newLinkedHashMap(2);
  private final Set<String> branches = HashSet.newHashSet(2);
  // Only where somebody asks for a delay.
  private @Nullable Timer deleting;
  private @Nullable MediaCall media;
  private String callerTag = "";
  // The callee whose answer was the last.
  private String answeredBy = "";
  private String callerNetwork = "";
  private String calleeNetwork = "";
  private boolean muxed;
  private long createdMs;

  /** Why a call ended. */
  enum Ended {
    DELETED,
    SILENT,
    UNANSWERED,
    REFUSED
  }

  /** What a call needs of its server. */
  interface Site {
    MediaEngine engine();

    /** The names of our networks, the first being the usual one. */
    List<String> networks();

    Duration unanswered();

    /** The call has nothing any more; on its loop. */
    void onEnded(NgCall call, Ended why, MediaReport report);
  }

  /** Is given the answer to a request, on the call's loop, once. */
  @FunctionalInterface
  interface Answer {
    void of(NgDictionary answer);
  }

  /**
   * A call that relays nothing yet.
   *
   * @param descriptions its loop's, for all calls there
   */
  NgCall(Site site, Loop loop, String callId, NgDescription descriptions) {
    this.site = site;
    this.loop = loop;
    this.callId = callId;
    this.descriptions = descriptions;
  }

  Loop loop() {
    return loop;
  }

  String callId() {
    return callId;
  }

  /** True while it relays nothing. */
  boolean empty() {
    return media == null;
  }

  static NgDictionary error(String reason) {
    return new NgDictionary().put("result", "error").put("error-reason", reason);
  }

  /** What a delete for a call that is not there is told, as rtpengine tells it. */
  static NgDictionary unknown(NgDictionary request) {
    if (!request.text("command").equals("delete") || NgFlags.has(request, "flags", "fatal")) {
      return error("Unknown call-id");
    }
    return new NgDictionary()
        .put("warning", "Call-ID not found or tags didn't match")
        .put("result", "ok");
  }

  /** A folded request about this call. */
  void handle(NgDictionary request, Answer answer) {
    String command = request.text("command");
    MediaCall call = media;
    if (command.equals("offer")) {
      offer(request, answer);
    } else if (call == null) {
      answer.of(unknown(request));
    } else if (command.equals("answer")) {
      answer(call, request, answer);
    } else if (command.equals("query")) {
      answer.of(statistics(call.report()).put("result", "ok"));
    } else {
      delete(call, request, answer);
    }
  }

  private void offer(NgDictionary request, Answer answer) {
    String tag = request.text("from-tag");
    byte[] sdp = sdp(request);
    String refusal = tag.isEmpty() ? "No from-tag in message" : refusal(request, sdp);
    if (refusal != null) {
      answer.of(error(refusal));
      return;
    }
    if (media == null) {
      callerTag = tag;
      createdMs = System.currentTimeMillis();
      loop.timers().schedule(unanswered, site.unanswered().toNanos());
    }
    stayUndeleted();
    Side from = tag.equals(callerTag) ? Side.CALLER : Side.CALLEE;
    MediaCall call = between(request, from);
    party(request, from, tag, request.text("to-tag"));
    if (!request.text("via-branch").isEmpty() && branches.size() < MOST_TAGS) {
      branches.add(request.text("via-branch"));
    }
    muxed = descriptions.muxed(sdp);
    String calleeTag = from == Side.CALLEE ? tag : request.text("to-tag");
    describe(call, sent(request, true, from, calleeTag, sdp), request, answer);
  }

  private @Nullable String refusal(NgDictionary request, byte[] sdp) {
    List<String> names = NgValue.texts(request.entries().get("direction"));
    for (String name : names) {
      if (!site.networks().contains(name)) {
        return "Unknown interface: direction " + name;
      }
    }
    if (names.size() == 1 || names.size() > 2) {
      return "direction must name two interfaces";
    }
    return descriptions.refusal(request, sdp);
  }

  private static byte[] sdp(NgDictionary request) {
    return request.text("sdp").getBytes(StandardCharsets.ISO_8859_1);
  }

  // Where the first offer came from and goes to; a later one of the caller to another network
  // follows an attempt that failed.
  private MediaCall between(NgDictionary request, Side from) {
    List<String> names = NgValue.texts(request.entries().get("direction"));
    MediaCall call = media;
    if (call == null) {
      String usual = site.networks().getFirst();
      callerNetwork = names.isEmpty() ? usual : names.getFirst();
      calleeNetwork = names.isEmpty() ? usual : names.getLast();
      call =
          site.engine()
              .open(new MediaRequest(loop, callId, callerTag, callerNetwork, calleeNetwork), this);
      media = call;
    } else if (from == Side.CALLER && !names.isEmpty() && !names.getLast().equals(calleeNetwork)) {
      calleeNetwork = names.getLast();
      call.moveCallee(calleeNetwork);
    }
    return call;
  }

  private void party(NgDictionary request, Side side, String tag, String other) {
    if (tag.isEmpty() || parties.size() >= MOST_TAGS && !parties.containsKey(tag)) {
      return;
    }
    Party before = parties.get(tag);
    String label = request.text("label");
    parties.put(
        tag,
        new Party(
            side,
            tag,
            other.isEmpty() && before != null ? before.other() : other,
            before == null ? request.text("via-branch") : before.branch(),
            before == null || !label.isEmpty() ? label : before.label()));
  }

  private void answer(MediaCall call, NgDictionary request, Answer answer) {
    String offerer = request.text("from-tag");
    String tag = request.text("to-tag");
    byte[] sdp = sdp(request);
    if (offerer.isEmpty() || tag.isEmpty()) {
      answer.of(error(offerer.isEmpty() ? "No from-tag in message" : "No to-tag in message"));
      return;
    }
    String refusal = descriptions.refusal(request, sdp);
    if (refusal != null) {
      answer.of(error(refusal));
      return;
    }
    Side from = tag.equals(callerTag) ? Side.CALLER : Side.CALLEE;
    party(request, from, tag, offerer);
    Party other = parties.get(offerer);
    if (other != null && other.other().isEmpty()) {
      parties.put(offerer, new Party(other.side(), offerer, tag, other.branch(), other.label()));
    }
    loop.timers().cancel(unanswered);
    String calleeTag = from == Side.CALLEE ? tag : offerer;
    if (from == Side.CALLEE && !tag.equals(answeredBy)) {
      answeredBy = tag;
      call.reopened();
    }
    describe(call, sent(request, false, from, calleeTag, sdp), request, answer);
  }

  private ReceivedDescription sent(
      NgDictionary request, boolean offer, Side from, String calleeTag, byte[] sdp) {
    byte[] asRead = descriptions.before(request, sdp);
    return new ReceivedDescription(offer, from, calleeTag, NgDescription.source(request), asRead);
  }

  private void describe(
      MediaCall call, ReceivedDescription sent, NgDictionary request, Answer answer) {
    boolean offer = sent.offer();
    boolean wasMuxed = muxed;
    call.describe(
        sent,
        new MediaCall.Outcome() {
          @Override
          public void rewritten(byte[] sdp, int from, int to) {
            byte[] own = java.util.Arrays.copyOfRange(sdp, from, to);
            if (!descriptions.ofFamily(request, own)) {
              answer.of(error("The network has no address of that address-family"));
              return;
            }
            // Nobody says which response brought an answer: as at rtpengine the last one counts,
            // and silence is measured from it on.
            if (!offer) {
              call.confirmed(sent.calleeTag());
            }
            answer.of(described(descriptions.after(request, offer, wasMuxed, own)));
          }

          @Override
          public void untouched(String why) {
            answer.of(described(sent.sdp()).put("warning", why));
          }

          @Override
          public void refused(RefusalCause cause) {
            refuse(call, cause, request, answer);
          }
        });
  }

  private static NgDictionary described(byte[] sdp) {
    return new NgDictionary()
        .put("sdp", new NgText(Bencode.latin(sdp, 0, sdp.length)))
        .put("result", "ok");
  }

  // "load limit" has Kamailio ask another relay at once.
  private void refuse(MediaCall call, RefusalCause cause, NgDictionary request, Answer answer) {
    if (call.equals(media) && call.report().streams().isEmpty() && unanswered.armed()) {
      ended(Ended.REFUSED);
    }
    boolean limit = NgFlags.has(request, "supports", "load-limit") && cause.status() == 503;
    answer.of(
        limit
            ? new NgDictionary().put("result", "load limit").put("message", cause.doc())
            : error(cause.doc()));
  }

  private NgDictionary statistics(MediaReport report) {
    return statistics(List.copyOf(parties.values()), createdMs, report);
  }

  private static NgDictionary statistics(List<Party> all, long createdMs, MediaReport report) {
    long created = createdMs / 1000;
    NgDictionary tags = new NgDictionary();
    NgDictionary sources = new NgDictionary();
    for (Party party : all) {
      tags.put(party.tag(), NgCallStatistics.tag(party, created, report));
      NgCallStatistics.sources(sources, party, report);
    }
    return new NgDictionary()
        .put("created", created)
        .put("created_us", createdMs % 1000 * 1000)
        .put("last signal", System.currentTimeMillis() / 1000)
        .put("SSRC", sources)
        .put("tags", tags)
        .put("totals", NgCallStatistics.totals(report));
  }

  // A branch of a forked call that is deleted leaves the others; a dialog ends as a whole.
  private void delete(MediaCall call, NgDictionary request, Answer answer) {
    String from = request.text("from-tag");
    String to = request.text("to-tag");
    boolean ours = from.isEmpty() || parties.containsKey(from) || parties.containsKey(to);
    if (!ours) {
      answer.of(unknown(request));
      return;
    }
    branches.remove(request.text("via-branch"));
    boolean oneBranch = !request.text("via-branch").isEmpty() && to.isEmpty();
    if (oneBranch && !branches.isEmpty()) {
      answer.of(statistics(call.report()).put("result", "ok"));
      return;
    }
    long delay = request.number("delete-delay", 0);
    if (delay > 0) {
      deleteIn(Duration.ofSeconds(Math.min(delay, 3600)));
      answer.of(statistics(call.report()).put("result", "ok"));
      return;
    }
    List<Party> all = List.copyOf(parties.values());
    long created = createdMs;
    end(Ended.DELETED, report -> answer.of(statistics(all, created, report).put("result", "ok")));
  }

  private void deleteIn(Duration delay) {
    Timer timer = deleting == null ? Timer.of(() -> ended(Ended.DELETED)) : deleting;
    deleting = timer;
    loop.timers().schedule(timer, delay.toNanos());
  }

  private void stayUndeleted() {
    if (deleting != null) {
      loop.timers().cancel(deleting);
    }
  }

  private void ended(Ended why) {
    end(why, report -> {});
  }

  private void end(Ended why, Consumer<MediaReport> then) {
    MediaCall call = media;
    if (call == null) {
      return;
    }
    media = null;
    loop.timers().cancel(unanswered);
    stayUndeleted();
    parties.clear();
    branches.clear();
    answeredBy = "";
    call.end(report -> {
      then.accept(report);
      site.onEnded(this, why, report);
    });
  }

  @Override
  public void onSilence(@Nullable Side silent, Duration forLong) {
    if (silent == null) {
      ended(Ended.SILENT);
    }
  }

  @Override
  public void onEngineLost() {
    ended(Ended.SILENT);
  }
}
