// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.function.Consumer;

/**
 * The media of one call at its engine. All that one call's session descriptions say goes through
 * here, in order.
 *
 * <p>Owned by the call's loop.
 */
public interface MediaCall {
  /**
   * Takes an offer or an answer and gives what the other side is to read in its place.
   *
   * @param description valid until the method returns
   * @param outcome is told once, before the method returns or later on the call's loop
   */
  void describe(ReceivedDescription description, Outcome outcome);

  /**
   * The answer that passed last counts, since a 2xx to its offer has passed, or the ACK that
   * brought it. At the first time it also says which of several forks holds: nobody else's answers
   * count any more, and silence is measured from now on. Nothing to do for an engine that knows by
   * itself.
   *
   * @param calleeTag the tag of the callee in whose dialog that was
   */
  default void confirmed(String calleeTag) {}

  /**
   * Another callee may answer, although one was confirmed: for those who know answers but not which
   * response brought them, so that the last answer counts. Before that answer; {@link #confirmed}
   * follows it.
   */
  default void reopened() {}

  /** The last offer of that side was refused: what held before it holds again. */
  void rejected(Side offerer);

  /**
   * The networks of an attempt that follows a failed one; before its offer.
   *
   * @param calleeNetwork the name of the callee's network now
   */
  void moveCallee(String calleeNetwork);

  /**
   * The call is over: gives everything back. Once.
   *
   * @param then is given what passed, on the call's loop; {@link MediaReport#NONE} where that is
   *     not known
   */
  void end(Consumer<MediaReport> then);

  /** What has passed until now, as far as it is known without asking anybody. */
  MediaReport report();

  /** What became of a description. */
  interface Outcome {
    /**
     * This is to be read by the other side. The array is the receiver's until it returns.
     *
     * @param sdp where it stands, from index {@code from} to {@code to}
     */
    void rewritten(byte[] sdp, int from, int to);

    /** It passes as it is: there is nothing in it to relay, or it cannot be understood. */
    void untouched(String why);

    /** The message that brought it must be refused. */
    void refused(RefusalCause cause);
  }
}
