// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

/**
 * Which session descriptions of a dialog, or of one early dialog of a forked call, are offers and
 * which are answers, as one who stands between the two sides sees them (RFC 3264, RFC 6337 §2).
 *
 * <pre>
 *   per direction:  IDLE --INVITE or UPDATE with SDP--------------> OFFERED
 *                   IDLE --INVITE without SDP---------------------> ASKED
 *                   ASKED --reliable 18x or 2xx with SDP----------> OFFERED (by the other side)
 *                   OFFERED --answer------------------------------> ANSWERED (until the 2xx)
 *                   any --failure of the transaction--------------> IDLE, what was agreed stays
 * </pre>
 *
 * <p>Owned by one loop.
 */
public final class OfferAnswer {
  /** Who sent a message, and so whose description it is. */
  public enum Side {
    /** Who sent the INVITE that began the dialog. */
    CALLER,
    /** Who answers it. */
    CALLEE;

    /** The other one. */
    public Side other() {
      return this == CALLER ? CALLEE : CALLER;
    }
  }

  /** What a description in a message is. */
  public enum Role {
    /** There is none, or it means nothing where it stands. */
    NONE,
    /** It proposes a session. */
    OFFER,
    /** It answers the offer of the other side: from now on both hold. */
    ANSWER,
    /** It shows the answer before it counts: in an unreliable 18x (RFC 3261 §13.2.1). */
    PREVIEW,
    /** The same again, in a later response to the same INVITE: nothing changes. */
    REPEAT,
    /** An offer while the same side's, or the other's in the same exchange, is open: refuse it. */
    GLARE
  }

  /** How far the exchange that an INVITE of one side carries has come. */
  private enum Exchange {
    IDLE,
    ASKED,
    OFFERED,
    OFFERED_BACK,
    ANSWERED
  }

  private Exchange ofCaller = Exchange.IDLE;
  private Exchange ofCallee = Exchange.IDLE;
  // Whose offer in an UPDATE or PRACK waits for its response.
  private boolean updateOfCaller;
  private boolean updateOfCallee;
  private boolean agreed;
  private boolean previewed;
  // How the INVITE that began the dialog began the exchange.
  private Exchange initial = Exchange.IDLE;

  /** For another early dialog of the same INVITE: each answers the one offer for itself. */
  public OfferAnswer fork() {
    OfferAnswer branch = new OfferAnswer();
    branch.initial = initial;
    branch.ofCaller = initial;
    return branch;
  }

  /** True once an answer has come: there is a session. */
  public boolean agreed() {
    return agreed;
  }

  /** True while an offer of that side waits for its answer. */
  public boolean open(Side side) {
    boolean update = side == Side.CALLER ? updateOfCaller : updateOfCallee;
    return update
        || exchange(side) == Exchange.OFFERED
        || exchange(side.other()) == Exchange.OFFERED_BACK;
  }

  private Exchange exchange(Side side) {
    return side == Side.CALLER ? ofCaller : ofCallee;
  }

  private void exchange(Side side, Exchange next) {
    if (side == Side.CALLER) {
      ofCaller = next;
    } else {
      ofCallee = next;
    }
  }

  /** An INVITE of that side, the first one or a re-INVITE. */
  public Role onInvite(Side side, boolean sdp) {
    if (open(side) || open(side.other())) {
      return sdp ? Role.GLARE : Role.NONE;
    }
    Exchange begun = sdp ? Exchange.OFFERED : Exchange.ASKED;
    if (!agreed && side == Side.CALLER) {
      initial = begun;
    }
    exchange(side, begun);
    previewed = false;
    return sdp ? Role.OFFER : Role.NONE;
  }

  /**
   * A provisional response to an INVITE.
   *
   * @param inviter who sent the INVITE
   * @param reliable whether it is acknowledged by PRACK (RFC 3262)
   */
  public Role onProvisional(Side inviter, boolean reliable, boolean sdp) {
    if (!sdp) {
      return Role.NONE;
    }
    return switch (exchange(inviter)) {
      case IDLE -> Role.NONE;
      case ASKED -> reliable ? offeredBack(inviter) : Role.NONE;
      case OFFERED -> reliable ? answered(inviter) : preview();
      case OFFERED_BACK, ANSWERED -> Role.REPEAT;
    };
  }

  /** A 2xx to an INVITE of that side. */
  public Role onSuccess(Side inviter, boolean sdp) {
    return switch (exchange(inviter)) {
      case IDLE -> Role.NONE;
      case ASKED -> sdp ? offeredBack(inviter) : Role.NONE;
      case OFFERED -> {
        // Without one the preview is all there is, as devices do that RFC 3264 forbids it.
        agreed |= sdp || previewed;
        exchange(inviter, Exchange.IDLE);
        yield sdp ? Role.ANSWER : Role.NONE;
      }
      case OFFERED_BACK -> sdp ? Role.REPEAT : Role.NONE;
      case ANSWERED -> {
        exchange(inviter, Exchange.IDLE);
        yield sdp ? Role.REPEAT : Role.NONE;
      }
    };
  }

  /** The ACK to a 2xx, sent by that side. */
  public Role onAck(Side inviter, boolean sdp) {
    return answersBack(inviter, sdp, true);
  }

  /** A PRACK of that side, which sent the INVITE: the answer to a reliable 18x, or an offer. */
  public Role onPrack(Side inviter, boolean sdp) {
    if (exchange(inviter) == Exchange.OFFERED_BACK) {
      return answersBack(inviter, sdp, false);
    }
    return sdp ? onUpdate(inviter, true) : Role.NONE;
  }

  private Role answersBack(Side inviter, boolean sdp, boolean last) {
    boolean waits = exchange(inviter) == Exchange.OFFERED_BACK;
    if (waits && sdp) {
      agreed = true;
    }
    if (last) {
      exchange(inviter, Exchange.IDLE);
    } else if (waits && sdp) {
      exchange(inviter, Exchange.ANSWERED);
    }
    return waits && sdp ? Role.ANSWER : Role.NONE;
  }

  /** An UPDATE of that side (RFC 3311). */
  public Role onUpdate(Side side, boolean sdp) {
    if (!sdp) {
      return Role.NONE;
    }
    if (open(side) || open(side.other())) {
      return Role.GLARE;
    }
    update(side, true);
    return Role.OFFER;
  }

  private void update(Side side, boolean waits) {
    if (side == Side.CALLER) {
      updateOfCaller = waits;
    } else {
      updateOfCallee = waits;
    }
  }

  /** A 2xx to an UPDATE or PRACK of that side. */
  public Role onUpdated(Side side, boolean sdp) {
    boolean waits = side == Side.CALLER ? updateOfCaller : updateOfCallee;
    update(side, false);
    if (!waits || !sdp) {
      return Role.NONE;
    }
    agreed = true;
    return Role.ANSWER;
  }

  /** A failure of an UPDATE or PRACK of that side: what was agreed holds on. */
  public void onUpdateFailed(Side side) {
    update(side, false);
  }

  /** A failure of an INVITE of that side: what was agreed holds on (RFC 6337 §3.4). */
  public void onInviteFailed(Side inviter) {
    exchange(inviter, Exchange.IDLE);
  }

  private Role preview() {
    previewed = true;
    return Role.PREVIEW;
  }

  private Role offeredBack(Side inviter) {
    exchange(inviter, Exchange.OFFERED_BACK);
    return Role.OFFER;
  }

  private Role answered(Side inviter) {
    exchange(inviter, Exchange.ANSWERED);
    agreed = true;
    return Role.ANSWER;
  }
}
