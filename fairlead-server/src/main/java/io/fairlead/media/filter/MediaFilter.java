// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.filter.MediaFilterFactory.MediaTools;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer;
import io.fairlead.sdp.OfferAnswer.Role;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.SessionBody;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the session descriptions of a call to its media engine and passes on what that makes of
 * them (RFC 3264, RFC 6337).
 *
 * <ul>
 *   <li>An offer in an INVITE, re-INVITE, UPDATE or PRACK that the engine does not take is refused;
 *       so is the 2xx to the first INVITE. Any other message passes as it is: the call goes on.
 *   <li>What has no description, or none that is understood, passes as it is, and the call log says
 *       so.
 *   <li>Where the call is not known, since another node began it or its engine is lost, the next
 *       offer anchors it anew: offer and answer both pass here, which is all an engine needs.
 * </ul>
 *
 * <p>Owned by one loop.
 */
final class MediaFilter implements CallFilter {
  /** Early dialogs of one call; a fork asks fewer. What more say passes as it is. */
  private static final int MOST_DIALOGS = 64;

  private static final long HASH_SEED = 1;

  private final MediaTools tools;
  private final FilteredCall call;
  private final MediaFilterFactory.Mode mode;
  private final MediaSummary summary;
  private final CallAnchors anchors;
  // Only once an engine was lost.
  private @Nullable MediaReanchoring reanchoring;
  private final List<MediaExchange> exchanges = new ArrayList<>(2);
  private final List<MediaDialog> dialogs = new ArrayList<>(1);

  /**
   * @param mode which way its media goes
   */
  MediaFilter(MediaTools tools, FilteredCall call, MediaFilterFactory.Mode mode) {
    this.tools = tools;
    this.call = call;
    this.mode = mode;
    this.summary = new MediaSummary(tools.meters(), call.record());
    this.anchors =
        new CallAnchors(
            tools, call, summary, this::onEngineLost, tools.profiles().get(mode.profile()));
  }

  @Override
  public Verdict onMessage(CallMessage message, Edit edit, Holds holds) {
    Method method = message.method();
    boolean describes =
        method == Method.INVITE
            || method == Method.ACK
            || method == Method.PRACK
            || method == Method.UPDATE;
    if (!describes || message.status() >= 300) {
      return Verdict.PASS;
    }
    boolean sdp = tools.body().find(message.sip()) == SessionBody.Kind.FOUND;
    if (message.again()) {
      return sdp ? again(message, edit) : Verdict.PASS;
    }
    Asked asked = new Asked(message, edit, holds, sdp);
    if (!message.isRequest()) {
      return response(asked);
    }
    return method == Method.INVITE && !message.sip().hasToTag() ? attempt(asked) : request(asked);
  }

  /**
   * A message and what may be done with it.
   *
   * @param sdp whether it has a description
   */
  private record Asked(CallMessage message, Edit edit, Holds holds, boolean sdp) {
    Side side() {
      return MediaFilter.side(message.from());
    }
  }

  private static Side side(Party party) {
    return party == Party.CALLER ? Side.CALLER : Side.CALLEE;
  }

  // ---- requests ----

  private Verdict attempt(Asked asked) {
    CallMessage invite = asked.message();
    OfferAnswer opening = new OfferAnswer();
    Role role = opening.onInvite(Side.CALLER, asked.sdp());
    boolean relayed = !mode.auto() || AutoRelay.needed(invite, tools);
    AnchoredMedia media = relayed ? anchors.forAttempt(invite) : null;
    exchanges.add(MediaExchange.attempt(invite.exchange(), opening, media));
    if (media == null) {
      summary.untouched("neither side needs a relay");
      return Verdict.PASS;
    }
    return role == Role.OFFER ? describe(asked, role, null, media) : undescribed(asked);
  }

  private Verdict request(Asked asked) {
    CallMessage message = asked.message();
    Method method = message.method();
    boolean ours = reanchoring != null && reanchoring.isRunning();
    if (ours && !message.isInserted() && mayOffer(method, asked.sdp())) {
      return new Verdict.Refused(RefusalCause.OFFER_PENDING);
    }
    MediaDialog dialog = dialog(message.calleeTag());
    if (message.isInserted() && method == Method.INVITE && asked.sdp()) {
      exchanges.add(MediaExchange.ofOurOffer(message.exchange(), message.from(), dialog));
      return Verdict.PASS;
    }
    OfferAnswer state = dialog.state();
    Role role =
        switch (method) {
          case INVITE -> state.onInvite(asked.side(), asked.sdp());
          case ACK -> state.onAck(asked.side(), asked.sdp());
          case PRACK -> state.onPrack(asked.side(), asked.sdp());
          default -> state.onUpdate(asked.side(), asked.sdp());
        };
    MediaExchange exchange =
        MediaExchange.within(message.exchange(), method, message.from(), dialog);
    if (method != Method.ACK) {
      exchanges.add(exchange);
    }
    if (role == Role.GLARE) {
      return new Verdict.Refused(RefusalCause.OFFER_PENDING);
    }
    AnchoredMedia media = media(dialog, message, role);
    if (media == null || role == Role.NONE) {
      return Verdict.PASS;
    }
    exchange.described = true;
    return describe(asked, role, dialog, media);
  }

  private static boolean mayOffer(Method method, boolean sdp) {
    return method == Method.INVITE || method == Method.UPDATE && sdp;
  }

  // The dialog of a request inside it. One that is not known began at another node.
  private MediaDialog dialog(String calleeTag) {
    MediaDialog known = find(calleeTag);
    if (known == null) {
      known = new MediaDialog(calleeTag, new OfferAnswer(), null, call.record() == null);
      if (dialogs.size() < MOST_DIALOGS) {
        dialogs.add(known);
      }
    }
    return known;
  }

  private @Nullable MediaDialog find(String calleeTag) {
    for (MediaDialog each : dialogs) {
      if (each.calleeTag().equals(calleeTag)) {
        return each;
      }
    }
    return null;
  }

  // Where a description belongs; an offer opens a place where there is none any more.
  private @Nullable AnchoredMedia media(MediaDialog dialog, CallMessage message, Role role) {
    AnchoredMedia known = dialog.media();
    boolean gone = known == null || !known.usable();
    if (!dialog.isRelayed() || !gone || role != Role.OFFER) {
      return known == null || known.isEnded() ? null : known;
    }
    if (known != null) {
      anchors.end(known);
    }
    boolean fromCaller = message.from() == Party.CALLER;
    AnchoredMedia anew =
        anchors.open(message, (fromCaller ? message.out() : message.in()).listener().network());
    dialog.media(anew);
    return anew;
  }

  // ---- responses ----

  private Verdict response(Asked asked) {
    CallMessage message = asked.message();
    MediaExchange exchange = exchange(message.exchange());
    if (exchange == null) {
      return Verdict.PASS;
    }
    MediaDialog dialog = exchange.dialog;
    if (dialog == null) {
      dialog = branch(exchange, message.calleeTag());
      if (dialog == null) {
        return Verdict.PASS;
      }
    }
    Role role = role(asked, exchange, dialog.state());
    boolean success = message.status() >= 200;
    if (success && exchange.opening == null) {
      exchanges.remove(exchange);
    }
    AnchoredMedia media = media(dialog, message, role);
    if (media == null || role == Role.NONE && exchange.offersForUs) {
      return Verdict.PASS;
    }
    if (role == Role.NONE) {
      if (success && confirms(asked, exchange, dialog)) {
        anchors.confirm(dialog, media);
      }
      return exchange.opening == null ? Verdict.PASS : undescribed(asked);
    }
    exchange.described = true;
    return describe(asked, role, dialog, media);
  }

  private static Role role(Asked asked, MediaExchange exchange, OfferAnswer state) {
    Side inviter = side(exchange.from);
    boolean success = asked.message().status() >= 200;
    if (exchange.offersForUs) {
      return success ? state.onAck(asked.side(), asked.sdp()) : Role.NONE;
    }
    if (exchange.method != Method.INVITE) {
      return success ? state.onUpdated(inviter, asked.sdp()) : Role.NONE;
    }
    return success
        ? state.onSuccess(inviter, asked.sdp())
        : state.onProvisional(inviter, asked.message().sip().has(HeaderName.RSEQ), asked.sdp());
  }

  // The dialog, early or not, that an attempt's INVITE has made there.
  private @Nullable MediaDialog branch(MediaExchange attempt, String calleeTag) {
    MediaDialog known = find(calleeTag);
    OfferAnswer opening = attempt.opening;
    if (known != null || opening == null || dialogs.size() >= MOST_DIALOGS) {
      return known;
    }
    AnchoredMedia media = attempt.media;
    if (attempt.failed && media != null) {
      // It was given up and has answered after all.
      attempt.failed = false;
      media.attempts(1);
    }
    MediaDialog made = new MediaDialog(calleeTag, opening.fork(), media, media != null);
    dialogs.add(made);
    return made;
  }

  private @Nullable MediaExchange exchange(long number) {
    for (MediaExchange each : exchanges) {
      if (each.number == number) {
        return each;
      }
    }
    return null;
  }

  // Whether with that success what was said last holds. An offer that the 2xx to an INVITE brought
  // waits for the ACK.
  private boolean confirms(Asked asked, MediaExchange exchange, MediaDialog dialog) {
    return exchange.method == Method.INVITE
        ? !dialog.state().open(asked.side())
        : exchange.described && isTheOne(dialog);
  }

  // An update in an early dialog says nothing of the others.
  private boolean isTheOne(MediaDialog dialog) {
    AnchoredMedia media = dialog.media();
    return media != null && media.isConfirmed() || dialogs.size() == 1;
  }

  // ---- descriptions ----

  private Verdict undescribed(Asked asked) {
    if (!asked.sdp()) {
      boolean any = tools.body().find(asked.message().sip()) != SessionBody.Kind.NONE;
      summary.untouched(any ? "the body is no session description that can be read" : "no session");
    }
    return Verdict.PASS;
  }

  private Verdict again(CallMessage message, Edit edit) {
    MediaDialog dialog = find(message.calleeTag());
    byte[] made = dialog == null ? null : made(dialog, message);
    if (made != null) {
      splice(message.sip(), edit, made);
    }
    return Verdict.PASS;
  }

  private byte @Nullable [] made(MediaDialog dialog, CallMessage message) {
    return dialog.remembers(message.from(), hash(message)) ? dialog.made(message.from()) : null;
  }

  private long hash(CallMessage message) {
    SessionBody body = tools.body();
    return Ascii.hash(HASH_SEED, message.sip().bytes(), body.from(), body.to());
  }

  private Verdict describe(
      Asked asked, Role role, @Nullable MediaDialog dialog, AnchoredMedia media) {
    CallMessage message = asked.message();
    long hash = hash(message);
    Description description = new Description(message, role, dialog, media, hash);
    if (dialog != null && isSaid(dialog, message.from(), hash, role, media)) {
      byte[] made = dialog.made(message.from());
      description.onPassed(made, null);
      if (made != null) {
        splice(message.sip(), asked.edit(), made);
      }
      return Verdict.PASS;
    }
    boolean offer =
        role == Role.OFFER
            || role == Role.REPEAT && dialog != null && dialog.state().open(asked.side());
    byte[] sdp = Arrays.copyOfRange(message.sip().bytes(), tools.body().from(), tools.body().to());
    DescribedMessage outcome = new DescribedMessage(description);
    media
        .call()
        .describe(
            new ReceivedDescription(
                offer, asked.side(), message.calleeTag(), message.in().remote().getAddress(), sdp),
            outcome);
    return outcome.verdict(
        message.sip(),
        asked.edit(),
        asked.holds(),
        tools.answerTimeoutNs(),
        description.otherwise(RefusalCause.NO_MEDIA_ENGINE));
  }

  // What the engine has been told already, and nothing since.
  private static boolean isSaid(
      MediaDialog dialog, Party from, long hash, Role role, AnchoredMedia media) {
    return dialog.remembers(from, hash)
        && (role == Role.REPEAT || role != Role.OFFER && media.wasAnsweredLast(dialog));
  }

  // The whole body, or the part of it that is the description.
  private void splice(SipMessage message, Edit edit, byte[] made) {
    SessionBody body = tools.body();
    if (body.find(message) == SessionBody.Kind.FOUND) {
      edit.replace(body.from(), body.to()).put(made);
      if (body.lengthFrom() >= 0) {
        edit.replace(body.lengthFrom(), body.lengthTo()).number(made.length);
      }
    }
  }

  /** A description that the engine has. */
  private final class Description implements DescribedMessage.Asker {
    private final Party from;
    private final boolean request;
    private final boolean offers;
    private final boolean first;
    private final boolean success;
    private final boolean confirms;
    private final @Nullable MediaDialog dialog;
    private final AnchoredMedia media;
    private final long hash;

    Description(
        CallMessage message,
        Role role,
        @Nullable MediaDialog dialog,
        AnchoredMedia media,
        long hash) {
      this.from = message.from();
      this.request = message.isRequest();
      this.offers = role == Role.OFFER;
      this.success = message.status() >= 200;
      this.dialog = dialog;
      this.media = media;
      this.hash = hash;
      MediaExchange exchange = exchange(message.exchange());
      this.first = exchange != null && exchange.opening != null;
      this.confirms = dialog != null && confirms(message, role, dialog);
    }

    private boolean confirms(CallMessage message, Role role, MediaDialog of) {
      if (message.method() == Method.ACK) {
        return role == Role.ANSWER;
      }
      boolean holds = success && !of.state().open(side(from));
      return holds && (message.method() == Method.INVITE || isTheOne(of));
    }

    @Override
    public void onPassed(byte @Nullable [] made, @Nullable String untouched) {
      MediaDialog of = dialog;
      if (untouched != null) {
        summary.untouched(untouched);
      } else if (made != null) {
        summary.relayed();
      }
      if (of != null) {
        of.remember(from, hash, made);
        media.describedLast(of, offers);
        if (confirms) {
          anchors.confirm(of, media);
        }
      }
    }

    @Override
    public Verdict onRefused(RefusalCause cause) {
      return otherwise(cause);
    }

    @Override
    public void splice(SipMessage message, Edit edit, byte[] made) {
      MediaFilter.this.splice(message, edit, made);
    }

    // Who has accepted a later offer has done so: the call would have to end.
    Verdict otherwise(RefusalCause cause) {
      boolean refused = request ? offers : first && success;
      if (!refused) {
        return Verdict.PASS;
      }
      boolean later = !first && cause == RefusalCause.NO_MEDIA_ENGINE;
      return new Verdict.Refused(later ? RefusalCause.MEDIA_ENGINE_LOST : cause);
    }
  }

  // ---- what else happens ----
  private void onEngineLost(String calleeTag) {
    MediaReanchoring known = reanchoring;
    if (known == null) {
      AnsweredMedia answered = new AnsweredMedia(dialogs, exchanges, anchors);
      known = new MediaReanchoring(tools, call, summary, answered);
      reanchoring = known;
    }
    known.onEngineLost(calleeTag);
  }

  @Override
  public void onFailed(long number, int status) {
    MediaExchange exchange = exchange(number);
    if (exchange == null || exchange.failed) {
      return;
    }
    MediaDialog dialog = exchange.dialog;
    if (dialog == null) {
      exchange.failed = true;
      anchors.giveUp(exchange.media);
      return;
    }
    exchanges.remove(exchange);
    if (exchange.offersForUs) {
      return;
    }
    OfferAnswer state = dialog.state();
    Side asker = side(exchange.from);
    boolean offersBack = exchange.method == Method.INVITE && state.open(asker.other());
    if (exchange.method == Method.INVITE) {
      state.onInviteFailed(asker);
    } else {
      state.onUpdateFailed(asker);
    }
    AnchoredMedia media = dialog.media();
    if (exchange.described && media != null && media.usable()) {
      media.call().rejected(offersBack ? asker.other() : asker);
    }
  }

  @Override
  public void onEnd() {
    if (reanchoring != null) {
      reanchoring.end();
    }
    anchors.end();
  }

  @Override
  public int bits() {
    boolean any = !mode.auto();
    for (MediaExchange each : exchanges) {
      any |= each.media != null;
    }
    return any ? MediaFilterFactory.relayed(mode.profile()) : 0;
  }
}
