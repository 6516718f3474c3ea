// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import java.nio.charset.StandardCharsets;

/**
 * An answer to any offer that takes all of it and lets nothing pass (RFC 3264 §6): streams of plain
 * RTP rest as on hold, to no address (RFC 3264 §8.4); what would need keys is rejected.
 *
 * <p>Immutable.
 */
public final class RestingAnswer {
  private RestingAnswer() {}

  /**
   * The answer.
   *
   * @param offer a description that an {@link SdpParser} has understood
   */
  public static byte[] to(byte[] offer) {
    StringBuilder out = new StringBuilder();
    boolean media = false;
    boolean rests = false;
    for (String line : new String(offer, StandardCharsets.ISO_8859_1).split("\r\n|\n", -1)) {
      if (line.startsWith("m=")) {
        end(out, rests);
        media = true;
        rests = line.contains(" RTP/AVP ");
        out.append(rests ? line : line.replaceFirst("^(m=\\S+) \\S+", "$1 0")).append("\r\n");
      } else if (keeps(line, media, rests)) {
        out.append(address(line)).append("\r\n");
      }
    }
    end(out, rests);
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void end(StringBuilder out, boolean rests) {
    if (rests) {
      out.append("a=inactive\r\n");
    }
  }

  // Of a stream its formats; of the session what must be there (RFC 8866 §5).
  private static boolean keeps(String line, boolean media, boolean rests) {
    if (line.length() < 2) {
      return false;
    }
    if (media) {
      return rests
          && (line.startsWith("c=")
              || line.startsWith("a=rtpmap:")
              || line.startsWith("a=fmtp:")
              || line.startsWith("a=ptime:"));
    }
    return switch (line.charAt(0)) {
      case 'v', 'o', 's', 'c', 't' -> true;
      default -> false;
    };
  }

  private static String address(String line) {
    if (!line.startsWith("c=")) {
      return line;
    }
    return line.contains("IP6") ? "c=IN IP6 ::" : "c=IN IP4 0.0.0.0";
  }
}
