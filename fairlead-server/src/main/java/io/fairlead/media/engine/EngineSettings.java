// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One media engine that is another program. Immutable. */
public record EngineSettings(
    @Setting(
            doc =
                "The ng port of an rtpengine, or of another Fairlead, as udp:10.0.0.7:2223; an"
                    + " address, since the engine of a call must not change with a name.")
        @Nullable UdpAddress rtpengine,
    @Setting(doc = "The control port of an rtpproxy, as udp:10.0.0.8:7722, in place of rtpengine.")
        @Nullable UdpAddress rtpproxy,
    @Setting(
            value = "100",
            doc = "Its share of new calls against the other engines', 0 to 10000; 0 for none.")
        int weight,
    @Setting(
            value = "500ms",
            doc =
                "How long the engine has to answer before it is asked again. It answers within"
                    + " milliseconds, so what lasts longer is a lost datagram.")
        Duration timeout,
    @Setting(
            value = "4",
            doc =
                "How often it is asked. With the timeout as it is, a new call goes on to another"
                    + " engine after 2 s, before a caller by UDP without a 100 would give up.")
        int tries,
    @Setting(
            value = "2s",
            doc =
                "How often it is checked by a ping and a look at one of its calls. One that does"
                    + " not answer to all tries gets no new calls, and its calls have lost their"
                    + " media.")
        Duration checkInterval,
    @Setting(
            value = "1000",
            doc =
                "The most requests that wait for its answer. An engine that is so far behind does"
                    + " not catch up; further calls go to another one.")
        int maxRequests,
    @Setting(
            doc =
                "What the engine calls our networks: for an rtpengine the names of its --interface,"
                    + " for an rtpproxy external or internal. A network without an entry is left to"
                    + " the engine.")
        Map<String, String> interfaces) {
  private static final int HEAVIEST = 10_000;
  private static final int MOST_TRIES = 20;
  private static final int MOST_REQUESTS = 1_000_000;

  public EngineSettings {
    interfaces = Map.copyOf(interfaces);
    if ((rtpengine == null) == (rtpproxy == null)) {
      throw new IllegalArgumentException("an engine has either `rtpengine` or `rtpproxy`");
    }
    between("weight", weight, 0, HEAVIEST);
    between("tries", tries, 1, MOST_TRIES);
    between("max-requests", maxRequests, 1, MOST_REQUESTS);
    positive("timeout", timeout);
    positive("check-interval", checkInterval);
    if (rtpproxy != null) {
      for (String name : interfaces.values()) {
        if (!name.equals("external") && !name.equals("internal")) {
          throw new SettingException(
              "interfaces", "an rtpproxy has the sides `external` and `internal`");
        }
      }
    }
  }

  /** One at that address, all else as usual. */
  public static EngineSettings ofRtpengine(UdpAddress address) {
    return usual(address, null);
  }

  /** One at that address, all else as usual. */
  public static EngineSettings ofRtpproxy(UdpAddress address) {
    return usual(null, address);
  }

  private static EngineSettings usual(
      @Nullable UdpAddress rtpengine, @Nullable UdpAddress rtpproxy) {
    return new EngineSettings(
        rtpengine, rtpproxy, 100, Duration.ofMillis(500), 4, Duration.ofSeconds(2), 1000, Map.of());
  }

  /** Where it is. */
  public UdpAddress address() {
    UdpAddress one = rtpengine == null ? rtpproxy : rtpengine;
    if (one == null) {
      throw new IllegalStateException("an engine without address");
    }
    return one;
  }

  private static void between(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new SettingException(key, "must be " + least + " to " + most);
    }
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new SettingException(key, "the duration must be above zero");
    }
  }
}
