// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.util.Locale;

/**
 * An estimate of how a listener would judge what he hears, by the E-model (ITU-T G.107) with its
 * default values, of which loss and delay remain:
 *
 * <pre>
 *   R   = 93.2 - Id - Ie,eff
 *   Id  = 0.024 d + 0.11 (d - 177.3) H(d - 177.3)      H(x) = 0 for x &lt; 0, else 1
 *   Ie,eff = Ie + (95 - Ie) Ppl / (Ppl + Bpl)
 *   MOS = 1 + 0.035 R + R (R - 60) (100 - R) 7e-6      for 0 &lt; R &lt; 100
 * </pre>
 *
 * <p>where d is the delay from mouth to ear in milliseconds: half the round trip where it is known,
 * twice the jitter for the listener's buffer, and 20 for a packet; Ppl is the loss in percent,
 * taken as random; Ie and Bpl are what ITU-T G.113 appendix I gives for the codec, with
 * concealment: G.711 0 and 25.1, G.729 11 and 19, G.723.1 15 and 16.1, GSM-EFR 5 and 10, iLBC 11
 * and 32; others, wide band too, are taken as G.711, so nothing is better than 4.4. Immutable.
 */
final class MeanOpinionScore {
  private static final double BEST = 93.2;
  private static final double PACKET_MS = 20;

  /** Impairment of the codec itself, and how robust it is against loss. */
  private record Codec(double impairment, double robustness) {}

  private static final Codec G711 = new Codec(0, 25.1);

  private MeanOpinionScore() {}

  /**
   * The estimate, 1.0 to 4.5.
   *
   * @param codec its name, such as "PCMA/8000"
   * @param lossPercent of packets, 0 to 100
   * @param jitterUs microseconds
   * @param rttUs round trip, microseconds, -1 when not known
   */
  static double of(String codec, double lossPercent, long jitterUs, long rttUs) {
    Codec by = codec(codec);
    double delayMs = PACKET_MS + Math.max(0, rttUs) / 2000.0 + 2 * jitterUs / 1000.0;
    double delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3);
    double loss =
        by.impairment + (95 - by.impairment) * lossPercent / (lossPercent + by.robustness);
    double r = BEST - delay - loss;
    if (r <= 0) {
      return 1;
    }
    return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
  }

  private static Codec codec(String name) {
    int slash = name.indexOf('/');
    return switch ((slash < 0 ? name : name.substring(0, slash)).toUpperCase(Locale.ROOT)) {
      case "G729" -> new Codec(11, 19);
      case "G723" -> new Codec(15, 16.1);
      case "GSM-EFR" -> new Codec(5, 10);
      case "ILBC" -> new Codec(11, 32);
      default -> G711;
    };
  }
}
