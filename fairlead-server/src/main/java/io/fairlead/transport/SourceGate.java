// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/**
 * Says who is heard, before anything of a message is read or made. An address is given as two
 * halves, IPv4 as mapped to IPv6 (RFC 4291 §2.5.5.2), so that asking allocates nothing. Asked on
 * the loop that reads the socket; implemented by the room above.
 */
public interface SourceGate {
  /** Everybody is heard. */
  SourceGate OPEN =
      new SourceGate() {
        @Override
        public boolean connection(long upper, long lower, long nowNs) {
          return true;
        }

        @Override
        public SourceVerdict message(long upper, long lower, boolean connected, long nowNs) {
          return SourceVerdict.HEARD;
        }
      };

  /** Whether a source may connect. */
  boolean connection(long upper, long lower, long nowNs);

  /**
   * A source has sent a message, of which nothing has been read.
   *
   * @param connected whether it came over a connection, so that the source is no invention
   * @param nowNs on the loop's clock
   */
  SourceVerdict message(long upper, long lower, boolean connected, long nowNs);
}
