// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.media.MediaCall;
import java.util.function.Function;

/**
 * The media of a call at an engine, between the caller and one network of callees. A call has
 * several only while it is tried on several networks at a time, and when an engine was lost.
 *
 * <p>Owned by one loop.
 */
final class AnchoredMedia {
  private final MediaCall call;
  private String calleeNetwork;
  // Attempts that have not failed.
  private int attempts;
  private boolean confirmed;
  private String confirmedTag = "";
  private boolean lost;
  private boolean ended;
  private Object describedLast = this;
  private boolean offeredLast;

  /**
   * @param open opens it at the engine
   */
  AnchoredMedia(String calleeNetwork, Function<AnchoredMedia, MediaCall> open) {
    this.calleeNetwork = calleeNetwork;
    this.call = open.apply(this);
  }

  MediaCall call() {
    return call;
  }

  /** True for the network of the callee's side. */
  boolean isOn(String network) {
    return usable() && calleeNetwork.equals(network);
  }

  /** True when all attempts have failed and it may be given to another network. */
  boolean isIdle() {
    return usable() && attempts == 0 && !confirmed;
  }

  /** False when its engine is lost or it was given back. */
  boolean usable() {
    return !lost && !ended;
  }

  void moveTo(String network) {
    if (!calleeNetwork.equals(network)) {
      calleeNetwork = network;
      call.moveCallee(network);
    }
  }

  /** So many attempts more are made over it. */
  void attempts(int more) {
    attempts += more;
  }

  /** An answer has passed with success in the dialog with that tag. */
  void confirmed(String calleeTag) {
    confirmed = true;
    confirmedTag = calleeTag;
    call.confirmed(calleeTag);
  }

  boolean isConfirmed() {
    return confirmed;
  }

  /** In whose dialog it was confirmed last; empty before. */
  String confirmedTag() {
    return confirmedTag;
  }

  /** Its engine is gone. */
  void lost() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  boolean isEnded() {
    return ended;
  }

  /** It was given back to the engine. True the first time. */
  boolean ended() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  /** Whose description the engine had last, and whether that was an offer. */
  void describedLast(Object dialog, boolean offer) {
    describedLast = dialog;
    offeredLast = offer;
  }

  /** True when the engine's last description came from there. */
  boolean wasDescribedLast(Object dialog) {
    return describedLast.equals(dialog);
  }

  /**
   * True when the engine's last description was an answer from there: one that is the same again is
   * no news then, as it would be behind another offer.
   */
  boolean wasAnsweredLast(Object dialog) {
    return wasDescribedLast(dialog) && !offeredLast;
  }
}
