// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.media.MediaReport;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one call is told to an engine: what is asked, and what the answers mean. The descriptions of
 * a call come one after the other, each with its answers before the next.
 *
 * <p>Owned by one loop, the call's.
 */
public interface CallProtocol {
  /** A description that is to be told. */
  record Told(boolean offer, Side from, String calleeTag, byte[] sdp) {
    /** Another text in the same place. */
    public Told with(byte[] other) {
      return new Told(offer, from, calleeTag, other);
    }
  }

  /** What the engine makes of a description. */
  sealed interface Reading {
    /** To be read by the other side. */
    record Rewritten(byte[] sdp) implements Reading {}

    /** It does not do it. */
    record Refused(String why) implements Reading {}

    /** It knows nothing of the call. */
    record Gone() implements Reading {}
  }

  /** What to ask for it; empty where there is nothing to relay. */
  List<byte[]> describe(Told told);

  /** What the answers to it mean, in the order of what was asked. */
  Reading read(Told told, List<byte[]> answers);

  /** The name of the callee's network from now on. */
  void moveCallee(String network);

  /** What to ask to hear what has passed; empty before the first description. */
  List<byte[]> query();

  /** What those answers say; null when the engine knows nothing of the call. */
  @Nullable MediaReport report(List<byte[]> answers);

  /** What ends the call. */
  byte[] delete();

  /**
   * What the answer to that says of what has passed; null when it does not tell, so that it must be
   * asked for before.
   */
  @Nullable MediaReport lastReport(byte[] answer);

  /** True when {@link #lastReport} tells. */
  boolean reportsAtEnd();
}
