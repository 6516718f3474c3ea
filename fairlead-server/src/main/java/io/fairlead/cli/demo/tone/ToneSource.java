// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import java.nio.ByteBuffer;

/**
 * A tone that swells and falls as the syllables of speech do, as RTP (RFC 3550 §5.1) with G.711
 * A-law of 20 ms. Owned by one thread.
 */
final class ToneSource {
  /** Samples of a packet. */
  static final int SAMPLES = ALaw.RATE / 50;

  /** Octets of the RTP header. */
  static final int HEADER = 12;

  private static final int VERSION_2 = 0x80;
  private static final int PCMA = 8;
  private static final double LOUDNESS = 8000;
  private static final double SYLLABLES_HZ = 3;

  private final ByteBuffer packet = ByteBuffer.allocate(HEADER + SAMPLES);
  private final int hertz;
  private final int ssrc;
  private int sequence;
  private int timestamp;

  /**
   * @param hertz the tone, below 4000
   * @param ssrc who sends
   */
  ToneSource(int hertz, int ssrc) {
    this.hertz = hertz;
    this.ssrc = ssrc;
  }

  /** The next 20 ms; valid until the next call. */
  ByteBuffer next() {
    packet.clear();
    packet.put((byte) VERSION_2).put((byte) PCMA).putShort((short) sequence++);
    packet.putInt(timestamp).putInt(ssrc);
    for (int i = 0; i < SAMPLES; i++) {
      double second = (double) (timestamp + i) / ALaw.RATE;
      double swell = 0.7 + 0.3 * Math.sin(2 * Math.PI * SYLLABLES_HZ * second);
      packet.put(ALaw.encode((int) (LOUDNESS * swell * Math.sin(2 * Math.PI * hertz * second))));
    }
    timestamp += SAMPLES;
    return packet.flip();
  }
}
