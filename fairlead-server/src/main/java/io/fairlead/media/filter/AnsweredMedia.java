// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.Party;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The media of the dialog that a call has become, as it is brought to another engine.
 *
 * <p>Owned by one loop.
 */
final class AnsweredMedia {
  private final List<MediaDialog> dialogs;
  private final List<MediaExchange> exchanges;
  private final CallAnchors anchors;
  private String calleeTag = "";

  /**
   * @param dialogs of the call, as they change
   * @param exchanges the same of requests whose responses may come
   */
  AnsweredMedia(List<MediaDialog> dialogs, List<MediaExchange> exchanges, CallAnchors anchors) {
    this.dialogs = dialogs;
    this.exchanges = exchanges;
    this.anchors = anchors;
  }

  /** The dialog in which an answer has held. */
  void is(String confirmedTag) {
    calleeTag = confirmedTag;
  }

  private @Nullable MediaDialog dialog() {
    for (MediaDialog each : dialogs) {
      if (each.calleeTag().equals(calleeTag)) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable AnchoredMedia usable(@Nullable MediaDialog dialog) {
    AnchoredMedia media = dialog == null ? null : dialog.media();
    return media != null && media.usable() ? media : null;
  }

  /** True once it needs no other engine: both sides have agreed on one that lives. */
  boolean isAnchored() {
    AnchoredMedia media = usable(dialog());
    return media != null && media.isConfirmed();
  }

  /** True while an offer, or a request that may bring one, is under way. */
  boolean isBusy() {
    MediaDialog of = dialog();
    boolean open = of != null && (of.state().open(Side.CALLER) || of.state().open(Side.CALLEE));
    return open || exchanges.stream().anyMatch(each -> each.dialog != null);
  }

  /** True when an engine has taken what that party has just offered. */
  boolean hasOffer(Party offerer) {
    MediaDialog of = dialog();
    AnchoredMedia media = usable(of);
    return of != null && media != null && media.wasDescribedLast(of) && of.made(offerer) != null;
  }

  /** What that party has offered, when we asked it to, does not hold. */
  void withdraw(Party offerer) {
    MediaDialog of = dialog();
    AnchoredMedia media = usable(of);
    if (of != null) {
      of.state().onInviteFailed(offerer == Party.CALLER ? Side.CALLEE : Side.CALLER);
    }
    if (media != null && !media.isConfirmed()) {
      anchors.end(media);
    }
  }
}
