// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.Party;
import io.fairlead.sdp.OfferAnswer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the descriptions of one dialog, or early dialog, of a call. The last one of each
 * side is remembered with what was made of it, since it may come again.
 *
 * <p>Owned by one loop.
 */
final class MediaDialog {
  private final String calleeTag;
  private final OfferAnswer state;
  private @Nullable AnchoredMedia media;
  private final boolean relayed;
  private final long[] seen = new long[2];
  private byte @Nullable [] ofCaller;
  private byte @Nullable [] ofCallee;

  /**
   * @param calleeTag the callee's
   * @param state of the exchange that began it
   * @param media where it is relayed; null while it is nowhere
   * @param relayed whether it ever is
   */
  MediaDialog(String calleeTag, OfferAnswer state, @Nullable AnchoredMedia media, boolean relayed) {
    this.calleeTag = calleeTag;
    this.state = state;
    this.media = media;
    this.relayed = relayed;
  }

  String calleeTag() {
    return calleeTag;
  }

  OfferAnswer state() {
    return state;
  }

  /** Where it is relayed; null while it is nowhere. */
  @Nullable AnchoredMedia media() {
    return media;
  }

  void media(AnchoredMedia at) {
    media = at;
  }

  /** False when it needs no relay: its descriptions pass as they are. */
  boolean isRelayed() {
    return relayed;
  }

  /**
   * Notes what was made of a description.
   *
   * @param hash of the description
   * @param text what took its place; null when it passed as it was
   */
  void remember(Party from, long hash, byte @Nullable [] text) {
    seen[from.ordinal()] = hash;
    if (from == Party.CALLER) {
      ofCaller = text;
    } else {
      ofCallee = text;
    }
  }

  /** True when that was the last description of that side. */
  boolean remembers(Party from, long hash) {
    return seen[from.ordinal()] == hash;
  }

  /** What was made of the last description of that side; null when it passed as it was. */
  byte @Nullable [] made(Party from) {
    return from == Party.CALLER ? ofCaller : ofCallee;
  }
}
