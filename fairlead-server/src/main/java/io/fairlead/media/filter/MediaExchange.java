// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.Party;
import io.fairlead.sdp.OfferAnswer;
import io.fairlead.sip.Method;
import org.jspecify.annotations.Nullable;

/**
 * A request of a call that may carry descriptions, or its responses may; as long as responses may
 * come.
 *
 * <p>Owned by one loop.
 */
final class MediaExchange {
  final long number;
  final Method method;
  final Party from;
  // The state that each dialog of an INVITE begins with; null inside a dialog.
  final @Nullable OfferAnswer opening;
  final @Nullable MediaDialog dialog;
  // Where the INVITE of an attempt is relayed; null when it is not, and inside a dialog.
  final @Nullable AnchoredMedia media;
  boolean described;
  // It carries an offer of ours, which was made of what the engine has had from the other party.
  boolean offersForUs;
  boolean failed;

  private MediaExchange(
      long number,
      Method method,
      Party from,
      @Nullable OfferAnswer opening,
      @Nullable MediaDialog dialog,
      @Nullable AnchoredMedia media) {
    this.number = number;
    this.method = method;
    this.from = from;
    this.opening = opening;
    this.dialog = dialog;
    this.media = media;
  }

  /** An attempt of the INVITE that begins the call. */
  static MediaExchange attempt(long number, OfferAnswer opening, @Nullable AnchoredMedia media) {
    return new MediaExchange(number, Method.INVITE, Party.CALLER, opening, null, media);
  }

  /** A request inside a dialog. */
  static MediaExchange within(long number, Method method, Party from, MediaDialog dialog) {
    return new MediaExchange(number, method, from, null, dialog, null);
  }

  /** An INVITE of ours that takes the offer of one party to the other. */
  static MediaExchange ofOurOffer(long number, Party from, MediaDialog dialog) {
    MediaExchange made = within(number, Method.INVITE, from, dialog);
    made.offersForUs = true;
    return made;
  }
}
