// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.profile.SidePreset;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.sdp.MediaDescription;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import io.fairlead.server.Pages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls of mangled descriptions in any order: nothing is thrown, what comes out can be read and
 * names our ports, and nothing stays open.
 */
class RelayEngineFuzzTest {
  private static final int CALLS = 400;
  private static final int TURNS = 12;
  private static final String[] PIECES = {
    "m=audio 4000 RTP/AVP 0\r\n",
    "m=video 0 RTP/AVP 96\r\n",
    "m=image 4000 udptl t38\r\n",
    "m=message 9 TCP/MSRP *\r\n",
    "m=audio 65535 RTP/AVP 0\r\n",
    "c=IN IP4 0.0.0.0\r\n",
    "c=IN IP6 ::\r\n",
    "c=IN IP4 127.0.0.1\r\n",
    "a=rtcp-mux\r\n",
    "a=rtcp:65535\r\n",
    "a=group:BUNDLE 0 1\r\n",
    "a=ice-ufrag:x\r\n",
    "a=candidate:\r\n",
    "a=inactive\r\n",
    "o=- 1 1 IN IP4 1.2.3.4\r\n",
    "\r\n",
    "a=rtpmap:0 PCMU/8000\n",
    "m=audio 4000 RTP/SAVP 0\r\n",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n",
    "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20\r\n",
    "a=crypto:3 AEAD_AES_256_GCM inline:AAAA|1:4 KDR=1\r\n",
    "a=crypto:\r\n",
    "a=fingerprint:sha-1 AA\r\n"
  };
  private static final MediaProfile PROFILE =
      new MediaProfile(
          "fuzz",
          Map.of(
              "outside", new SideProfile(SidePreset.PHONE_SDES, null, List.of()),
              "six", new SideProfile(SidePreset.TRUNK_SRTP, null, List.of())));

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    Path folder = Pages.file("fairlead-server/src/test/resources/anchor");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        for (String part : Pages.read(file).split("----------\n", -1)) {
          int at = part.indexOf("v=0\n");
          if (at >= 0) {
            seeds.add(
                part.substring(at)
                    .replace(" 300", " 400")
                    .replace("\n", "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
          }
        }
      }
    }
    return seeds;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverComesIsAnswered(long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> seeds = seeds();
    assertThat(seeds).hasSizeGreaterThan(50);
    int rewritten = 0;
    for (int i = 0; i < CALLS; i++) {
      rewritten += call(random, seeds);
    }
    assertThat(rewritten).as("enough got through to be worth it").isGreaterThan(CALLS * 3 / 4);
  }

  private static int call(Random random, List<byte[]> seeds) {
    String[] networks = {"outside", "inside", "six", ""};
    Anchored call =
        new Anchored(
            networks[random.nextInt(4)],
            networks[random.nextInt(4)],
            random.nextBoolean() ? PROFILE : null);
    int rewritten = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      String tag = "b" + random.nextInt(3);
      switch (random.nextInt(8)) {
        case 0 -> call.call.confirmed(tag);
        case 1 -> call.call.rejected(side(random));
        case 2 -> call.call.moveCallee(networks[random.nextInt(4)]);
        case 3 -> call.streams.left = random.nextInt(4);
        default -> {
          byte[] sdp = mangled(random, seeds.get(random.nextInt(seeds.size())));
          boolean offer = random.nextBoolean();
          String source = random.nextBoolean() ? "203.0.113.5" : "127.0.0.1";
          Side from = side(random);
          String read = call.describe(offer, from, tag, source, sdp);
          assertThat(call.describe(offer, from, tag, source, sdp)).isEqualTo(read);
          rewritten += holds(call, from, sdp, read) ? 1 : 0;
        }
      }
    }
    call.end();
    assertThat(call.streams.open()).isZero();
    return rewritten;
  }

  private static Side side(Random random) {
    return random.nextBoolean() ? Side.CALLER : Side.CALLEE;
  }

  private static byte[] mangled(Random random, byte[] seed) {
    StringBuilder text = new StringBuilder(new String(seed, StandardCharsets.ISO_8859_1));
    for (int changes = random.nextInt(5); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int lineStart = text.lastIndexOf("\n", at) + 1;
      switch (random.nextInt(5)) {
        case 0 -> text.insert(lineStart, PIECES[random.nextInt(PIECES.length)]);
        case 1 -> text.append(PIECES[random.nextInt(PIECES.length)]);
        case 2 -> text.delete(at, Math.min(text.length(), at + random.nextInt(8)));
        case 3 -> text.insert(at, (char) random.nextInt(256));
        default -> text.setLength(Math.max(at, text.length() / 2));
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** True when it was rewritten. */
  private static boolean holds(Anchored call, Side from, byte[] sdp, String read) {
    if (read.startsWith("untouched: ") || read.startsWith("refused: ")) {
      return false;
    }
    SessionDescription before = new SdpParser().parse(sdp, 0, sdp.length);
    byte[] bytes = read.getBytes(StandardCharsets.UTF_8);
    SessionDescription after = new SdpParser().parse(bytes, 0, bytes.length);
    assertThat(after.problem()).as("%s", read).isNull();
    assertThat(after.media()).isEqualTo(before.media());
    boolean ours = false;
    for (int i = 0; i < after.media(); i++) {
      MediaDescription was = before.media(i);
      MediaDescription is = after.media(i);
      if (is.port() != was.port() && is.port() != 0) {
        ours = true;
        assertThat(isOurs(call, from.other(), is)).as("%s", is).isTrue();
      } else {
        assertThat(is.connection().present()).isEqualTo(was.connection().present());
        if (was.port() != 0) {
          assertThat(is.connection().text())
              .as("what is not relayed")
              .isEqualTo(was.connection().text());
        }
      }
    }
    assertThat(ours).as("%s", read).isTrue();
    return true;
  }

  private static boolean isOurs(Anchored call, Side reader, MediaDescription line) {
    return call.streams.opened.stream()
        .anyMatch(stream ->
            stream.port(reader) == line.port()
                && (line.connection().unspecified()
                    || stream.address(reader).getHostAddress().equals(line.connection().text())));
  }
}
