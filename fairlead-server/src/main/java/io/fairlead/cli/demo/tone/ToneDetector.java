// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import java.nio.ByteBuffer;

/**
 * Whom one hears: takes what came in pieces of 200 ms, and by Goertzel's algorithm finds how much
 * of each is the tone of the other, and how much a stranger's. Owned by one thread.
 */
final class ToneDetector {
  /** Samples of a piece: tones that are 5 Hz apart are different ones. */
  static final int PIECE = ALaw.RATE / 5;

  private static final double MOST = 0.5;
  // One packet of a stranger among nine of the other is 0.003 or more; what leaks of a tone,
  // 0.0002.
  private static final double AUDIBLE = 0.002;
  private static final double SILENCE = 100;

  /** What a piece was. */
  enum Heard {
    /** Too little came to say. */
    NOTHING_YET,
    /** The other, and nobody else. */
    OTHER,
    /** The stranger as well, or alone. */
    STRANGER,
    /** Neither. */
    NOISE
  }

  private final Goertzel other;
  private final Goertzel stranger;
  private double energy;
  private int samples;

  /**
   * @param hertz the tone that the other is known by
   * @param strangerHertz that of a stranger
   */
  ToneDetector(int hertz, int strangerHertz) {
    other = new Goertzel(hertz);
    stranger = new Goertzel(strangerHertz);
  }

  /** Takes the payload of one packet. */
  Heard take(ByteBuffer payload) {
    Heard heard = Heard.NOTHING_YET;
    while (payload.hasRemaining()) {
      double sample = ALaw.decode(payload.get());
      other.take(sample);
      stranger.take(sample);
      energy += sample * sample;
      if (++samples == PIECE) {
        heard = judge();
      }
    }
    return heard;
  }

  private Heard judge() {
    // The energy of a tone of amplitude a is n a^2 / 2, its power by Goertzel (n a / 2)^2.
    double whole = energy * PIECE / 2;
    boolean quiet = energy < SILENCE * SILENCE * PIECE;
    double ofOther = other.takePower() / whole;
    double ofStranger = stranger.takePower() / whole;
    energy = 0;
    samples = 0;
    if (quiet) {
      return Heard.NOISE;
    }
    return ofStranger > AUDIBLE ? Heard.STRANGER : ofOther > MOST ? Heard.OTHER : Heard.NOISE;
  }

  /** One bin of a Fourier transform. */
  private static final class Goertzel {
    private final double turn;
    private double last;
    private double before;

    Goertzel(int hertz) {
      turn = 2 * Math.cos(2 * Math.PI * hertz / ALaw.RATE);
    }

    void take(double sample) {
      double now = sample + turn * last - before;
      before = last;
      last = now;
    }

    double takePower() {
      double power = last * last + before * before - turn * last * before;
      last = 0;
      before = 0;
      return power;
    }
  }
}
