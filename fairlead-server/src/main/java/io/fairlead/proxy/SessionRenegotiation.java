// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.DialogState;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.RenegotiationListener;
import io.fairlead.dialog.filter.RenegotiationListener.Outcome;
import io.fairlead.loop.Loop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.proxy.InsertedRequests.InsertedInvite;
import io.fairlead.sdp.RestingAnswer;
import io.fairlead.sdp.SessionBody;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipResponse;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two re-INVITEs of ours by which both parties of a call agree on a session anew (RFC 3261 §14, the
 * way of RFC 3725): the first asks one party for an offer and is acknowledged only when the other
 * has answered that in the second.
 *
 * <pre>
 *   ASKING --2xx with an offer-------> OFFERING --2xx: ACK to both---------------> OVER, agreed
 *      |                                | ^  |
 *      |                            491 | |  +--failure, deadline: ACK of a
 *      |                                v |     session at rest to the first-----> OVER, refused
 *      |                              WAITING
 *      +--491----> OVER, pending
 *      +--failure, or no offer--------------------------------------------------> OVER, no offer
 * </pre>
 *
 * <p>What still comes behind the end is acknowledged. A party that does not know the call any more
 * (481) has it ended at the other.
 *
 * <p>Owned by one loop.
 */
final class SessionRenegotiation extends Timer {
  private static final byte[] NOTHING = {};
  private static final String GONE = "SIP;cause=481;text=\"The other side has lost the call\"";

  /** RFC 3261 §14.1: in units of 10 ms, 2.1 to 4 s for who owns the Call-ID, else 0 to 2 s. */
  private static final long UNIT_NS = 10_000_000L;

  private static final int OWNER_FROM = 210;
  private static final int OWNER_SPAN = 191;
  private static final int OTHER_SPAN = 201;

  /** RFC 3261 §14.2: who has an INVITE under way is to be asked again within that. */
  private static final int MOST_RETRY_AFTER = 10;

  private enum State {
    ASKING,
    OFFERING,
    WAITING,
    OVER
  }

  private final InsertedRequests requests;
  private final FilterChain chain;
  private final Party offerer;
  private final RenegotiationListener listener;
  private State state = State.ASKING;
  private @Nullable InsertedInvite asked;
  private @Nullable InsertedInvite offered;
  private byte[] offer = NOTHING;
  private byte @Nullable [] answer;
  private final long deadlineNs;
  private long endsNs;

  /**
   * @param offerer who is asked for an offer
   * @param deadlineNs how long the other may take with it
   */
  SessionRenegotiation(
      InsertedRequests requests,
      FilterChain chain,
      Party offerer,
      long deadlineNs,
      RenegotiationListener listener) {
    this.requests = requests;
    this.chain = chain;
    this.offerer = offerer;
    this.deadlineNs = deadlineNs;
    this.listener = listener;
  }

  private DialogState dialog() {
    return chain.dialog();
  }

  private Loop loop() {
    return chain.loop();
  }

  /** Asks for the offer. */
  void start() {
    if (chain.over() || !dialog().takesInserted()) {
      end(Outcome.NO_OFFER);
      return;
    }
    asked = requests.invite(dialog(), offerer.other(), NOTHING, answers(this::onAsked));
    if (asked == null) {
      end(Outcome.NO_OFFER);
    }
  }

  // A response is sent from within the steps of its transaction, which are to be done first.
  private Consumer<byte[]> answers(Consumer<SipResponse> then) {
    return bytes ->
        loop()
            .execute(() -> {
              StepFailureHandler before = loop().steps().isFor(this);
              if (new SipParser().parse(bytes, 0, bytes.length) instanceof SipResponse response
                  && !response.isProvisional()) {
                then.accept(response);
              }
              loop().steps().back(before);
            });
  }

  // ---- who is asked for an offer ----

  private void onAsked(SipResponse response) {
    InsertedInvite invite = asked;
    if (invite == null) {
      return;
    }
    if (response.isSuccess()) {
      onOffer(response);
      return;
    }
    requests.acknowledgeFailure(invite);
    if (state != State.ASKING) {
      return;
    }
    if (chain.over()) {
      end(Outcome.CALL_OVER);
      tellLost(response, offerer.other());
    } else if (isPending(response)) {
      state = State.OVER;
      listener.onPending(retryNs(response, invite.from()));
    } else {
      end(response.status() == 408 ? Outcome.UNANSWERED : Outcome.NO_OFFER);
    }
  }

  private void onOffer(SipResponse success) {
    byte[] acknowledged = answer;
    if (acknowledged != null) {
      acknowledge(acknowledged);
    } else if (chain.over()) {
      // Its copies find out that the second INVITE is in vain.
      giveUp(Outcome.CALL_OVER);
    } else if (state == State.ASKING) {
      offer = description(success);
      if (offer.length == 0 || !listener.takesOffer()) {
        giveUp(Outcome.NO_OFFER);
      } else {
        endsNs = loop().nowNs() + deadlineNs;
        offer();
      }
    } else if (state == State.OVER) {
      acknowledge(NOTHING);
    }
  }

  private static byte[] description(SipResponse response) {
    SessionBody body = new SessionBody();
    return body.find(response) == SessionBody.Kind.FOUND
        ? Arrays.copyOfRange(response.bytes(), body.from(), body.to())
        : NOTHING;
  }

  private void acknowledge(byte[] sdp) {
    answer = sdp;
    InsertedInvite invite = asked;
    if (invite != null) {
      requests.acknowledge(invite, sdp);
    }
  }

  // ---- who is given it ----

  private void offer() {
    state = State.OFFERING;
    loop().timers().schedule(this, Math.max(1, endsNs - loop().nowNs()));
    InsertedInvite[] own = new InsertedInvite[1];
    own[0] =
        dialog().takesInserted()
            ? requests.invite(
                dialog(), offerer, offer, answers(response -> onOffered(own[0], response)))
            : null;
    offered = own[0];
    if (own[0] == null) {
      giveUp(Outcome.REFUSED);
    }
  }

  private void onOffered(@Nullable InsertedInvite invite, SipResponse response) {
    if (invite == null) {
      return;
    }
    if (response.isSuccess()) {
      requests.acknowledge(invite, NOTHING);
      if (state == State.OFFERING && invite.equals(offered)) {
        onAnswer(description(response));
      }
      return;
    }
    requests.acknowledgeFailure(invite);
    if (state != State.OFFERING || !invite.equals(offered)) {
      return;
    }
    long retryNs = retryNs(response, invite.from());
    if (chain.over()) {
      giveUp(Outcome.CALL_OVER);
      tellLost(response, offerer);
    } else if (isPending(response) && loop().nowNs() + retryNs < endsNs) {
      state = State.WAITING;
      loop().timers().schedule(this, Math.max(1, retryNs));
    } else {
      giveUp(response.status() == 408 ? Outcome.UNANSWERED : Outcome.REFUSED);
    }
  }

  private void onAnswer(byte[] sdp) {
    if (sdp.length == 0) {
      giveUp(chain.over() ? Outcome.CALL_OVER : Outcome.REFUSED);
    } else {
      acknowledge(sdp);
      end(chain.over() ? Outcome.CALL_OVER : Outcome.AGREED);
    }
  }

  // ---- the end ----

  private static boolean isPending(SipResponse response) {
    int after = SecondsHeader.of(response, HeaderName.RETRY_AFTER);
    return response.status() == 491
        || response.status() == 500 && after > 0 && after <= MOST_RETRY_AFTER;
  }

  private long retryNs(SipResponse response, Party from) {
    int random = (int) (requests.random() & 0x7fff_ffff);
    long units = from == Party.CALLER ? OWNER_FROM + random % OWNER_SPAN : 1 + random % OTHER_SPAN;
    return units * UNIT_NS + SecondsHeader.of(response, HeaderName.RETRY_AFTER) * 1_000_000_000L;
  }

  // The listener first: the filters are to take the answer for none of theirs.
  private void giveUp(Outcome outcome) {
    end(outcome);
    acknowledge(offer.length == 0 ? NOTHING : RestingAnswer.to(offer));
  }

  private void end(Outcome outcome) {
    loop().timers().cancel(this);
    if (state != State.OVER) {
      state = State.OVER;
      listener.onEnd(outcome);
    }
  }

  // Who would have sent the request is told what the answer says: the dialog is gone (RFC 5057).
  private void tellLost(SipResponse response, Party asker) {
    boolean lost = response.status() == 481 || response.status() == 408;
    if (lost && !dialog().isEnding()) {
      requests.bye(dialog(), asker.other(), GONE);
    }
  }

  @Override
  protected void onTimer() {
    if (chain.over()) {
      giveUp(Outcome.CALL_OVER);
    } else if (state == State.WAITING) {
      offer();
    } else if (state == State.OFFERING) {
      InsertedInvite late = offered;
      giveUp(Outcome.UNANSWERED);
      if (late != null) {
        requests.cancel(late);
      }
    }
  }

  /** A step threw: the parties are left as they are. */
  @Override
  public void onDefect() {
    end(Outcome.REFUSED);
  }

  @Override
  public String toString() {
    return "re-INVITEs of ours";
  }
}
