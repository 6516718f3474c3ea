// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Party;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.OnSilence;
import io.fairlead.media.filter.MediaFilterFactory.MediaTools;
import io.fairlead.media.profile.MediaProfile;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the media of a call is relayed, and what the engine tells of it. An attempt uses what the
 * one before it has left, moved to its own network; attempts on several networks at a time have one
 * each, until one of them has answered.
 *
 * <p>Owned by one loop.
 */
final class CallAnchors {
  private static final Logger LOG = LoggerFactory.getLogger(CallAnchors.class);

  private final MediaTools tools;
  private final FilteredCall call;
  private final MediaSummary summary;
  private final List<AnchoredMedia> anchored = new ArrayList<>(1);
  private final Consumer<String> onLost;
  private final @Nullable MediaProfile profile;
  private boolean over;

  /**
   * @param onLost told when an answered call has lost its engine, with the callee's tag
   * @param profile how the sides want their media; null where it passes as it is
   */
  CallAnchors(
      MediaTools tools,
      FilteredCall call,
      MediaSummary summary,
      Consumer<String> onLost,
      @Nullable MediaProfile profile) {
    this.onLost = onLost;
    this.profile = profile;
    this.tools = tools;
    this.call = call;
    this.summary = summary;
  }

  /** For an attempt: one on the callee's network, or one that no other attempt uses. */
  AnchoredMedia forAttempt(CallMessage invite) {
    String network = invite.out().listener().network();
    AnchoredMedia found = null;
    for (AnchoredMedia each : anchored) {
      if (each.isOn(network)) {
        found = each;
        break;
      }
      found = each.isIdle() ? each : found;
    }
    if (found == null) {
      found = open(invite, network);
    }
    found.moveTo(network);
    found.attempts(1);
    return found;
  }

  /** A new one, for the call that the message belongs to. */
  AnchoredMedia open(CallMessage message, String calleeNetwork) {
    SipMessage sip = message.sip();
    boolean callerInFrom = (message.from() == Party.CALLER) == message.isRequest();
    String callerTag =
        callerInFrom
            ? Ascii.text(sip.bytes(), sip.fromTagFrom(), sip.fromTagTo())
            : Ascii.text(sip.bytes(), sip.toTagFrom(), sip.toTagTo());
    boolean fromCaller = message.from() == Party.CALLER;
    String callerNetwork = (fromCaller ? message.in() : message.out()).listener().network();
    // An engine tells calls by their Call-ID and would take two attempts for one call.
    String callId = sip.callId() + (anyLive() ? ";" + anchored.size() : "");
    MediaRequest request =
        new MediaRequest(tools.loop(), callId, callerTag, callerNetwork, calleeNetwork, profile);
    AnchoredMedia media =
        new AnchoredMedia(
            calleeNetwork, made -> tools.engine().open(request, new MediaEvents(made)));
    anchored.add(media);
    tools.meters().live(1);
    return media;
  }

  private boolean anyLive() {
    for (AnchoredMedia each : anchored) {
      if (each.usable()) {
        return true;
      }
    }
    return false;
  }

  /** With a success in that dialog what was said last holds. */
  void confirm(MediaDialog dialog, AnchoredMedia media) {
    if (media.usable()) {
      media.confirmed(dialog.calleeTag());
      for (AnchoredMedia each : List.copyOf(anchored)) {
        if (each.isIdle()) {
          end(each);
        }
      }
    }
  }

  /** An attempt has failed. */
  void giveUp(@Nullable AnchoredMedia media) {
    if (media != null) {
      media.attempts(-1);
      boolean another = anchored.stream().anyMatch(each -> each.isConfirmed() && each.usable());
      if (another && media.isIdle()) {
        end(media);
      }
    }
  }

  /** Gives one back to its engine. */
  void end(AnchoredMedia media) {
    if (media.ended()) {
      tools.meters().live(-1);
      summary.awaitReport();
      media.call().end(summary::onReport);
    }
  }

  /** The call is over. */
  void end() {
    over = true;
    for (AnchoredMedia each : anchored) {
      end(each);
    }
    summary.close();
  }

  private boolean isUp() {
    CallRecord record = call.record();
    return !over && (record == null || record.status() >= 200 && record.status() < 300);
  }

  private String title() {
    CallRecord record = call.record();
    return record == null ? "a call that another node began" : record.title();
  }

  /** What the engine tells of one place. */
  private final class MediaEvents implements MediaObserver {
    private final AnchoredMedia media;

    MediaEvents(AnchoredMedia media) {
      this.media = media;
    }

    @Override
    public void onSilence(@Nullable Side silent, Duration forLong) {
      // Before the answer nobody need speak, and timer C ends what lasts.
      if (!isUp() || !media.isConfirmed() || !media.usable()) {
        return;
      }
      String who = silent == null ? "both" : silent.name().toLowerCase(Locale.ROOT);
      if (summary.silent(who)) {
        tools.meters().onSilence();
        LOG.info("{}: no media for {} s, silent: {}", title(), forLong.toSeconds(), who);
      }
      if (tools.onSilence() == OnSilence.BYE) {
        call.end(
            RefusalCause.MEDIA_SILENT,
            "SIP;cause=408;text=\"No media for "
                + forLong.toSeconds()
                + " s, silent: "
                + who
                + "\"");
      }
    }

    @Override
    public void onEngineLost() {
      if (!media.isLost() && !over) {
        media.lost();
        LOG.warn("{}: its media engine is lost", title());
        if (isUp() && media.isConfirmed()) {
          onLost.accept(media.confirmedTag());
        }
      }
    }
  }
}
