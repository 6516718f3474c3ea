// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tones in WAV files of 8000 samples of 16 bits a second, and how to recognise them: Goertzel's
 * algorithm, which gives one line of a Fourier transform. Immutable.
 */
final class Tone {
  /** Samples a second. */
  static final int RATE = 8000;

  private static final int HEADER = 44;
  private static final int AMPLITUDE = 8000;
  // A tenth of a second, so that its lines lie 10 Hz apart.
  private static final int BLOCK = RATE / 10;
  private static final int BLOCKS = 5;
  private static final double SHARE = 0.8;

  private Tone() {}

  /** A file with a tone, or with silence where the frequency is 0. */
  static byte[] wav(int hertz, int samples) {
    ByteBuffer wav = ByteBuffer.allocate(HEADER + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + 2 * samples);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
    wav.putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    for (int i = 0; i < samples; i++) {
      wav.putShort((short) (AMPLITUDE * Math.sin(2 * Math.PI * hertz * i / RATE)));
    }
    return wav.array();
  }

  /** Whether there is half a second of a tone, and little else, in what a file holds until now. */
  static boolean isIn(Path file, int hertz) {
    if (!Files.exists(file)) {
      return false;
    }
    try {
      ByteBuffer wav = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int run = 0;
      for (int at = HEADER; at + 2 * BLOCK <= wav.capacity() && run < BLOCKS; at += 2 * BLOCK) {
        run = share(wav, at, hertz) > SHARE ? run + 1 : 0;
      }
      return run == BLOCKS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What part of a block's power is of that frequency.
  private static double share(ByteBuffer wav, int at, int hertz) {
    double coefficient = 2 * Math.cos(2 * Math.PI * hertz / RATE);
    double last = 0;
    double before = 0;
    double power = 0;
    for (int i = 0; i < BLOCK; i++) {
      double sample = wav.getShort(at + 2 * i);
      power += sample * sample;
      double next = sample + coefficient * last - before;
      before = last;
      last = next;
    }
    double line = last * last + before * before - coefficient * last * before;
    return power < BLOCK * 1000.0 ? 0 : 2 * line / (BLOCK * power);
  }
}
