// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.config.Plugin;
import io.fairlead.esl.EslReply;
import io.fairlead.pool.Backend;
import io.fairlead.pool.freeswitch.FreeSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Asks the FreeSWITCHes of another pool which of their gateways are down: a gateway of the PSTN is
 * often seen best by who registers there. One question serves all backends that are asked for at
 * about the same time.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class GwlistCheck implements HealthCheck {
  static final Plugin<GwlistSettings, CheckTools, HealthCheck> KIND =
      new Plugin<>(
          "gwlist",
          "Asks the FreeSWITCHes of another pool. A backend counts as unanswered when each of them"
              + " lists the gateway with its name as down; when none answers, nothing changes.",
          GwlistSettings.class,
          GwlistCheck::new);

  private static final long FRESH_NS = Duration.ofSeconds(1).toNanos();

  private record Waiting(Backend backend, ProbeListener listener) {}

  private final GwlistSettings settings;
  private final CheckTools tools;
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Set<String>> lists = new ArrayList<>();
  private int underWay;
  private boolean asked;
  private long askedNs;

  private GwlistCheck(GwlistSettings settings, CheckTools tools) {
    this.settings = settings;
    this.tools = tools;
  }

  @Override
  public void probe(Backend backend, ProbeListener listener) {
    if (underWay == 0 && (!asked || tools.home().nowNs() - askedNs >= FRESH_NS)) {
      ask();
    }
    if (underWay > 0) {
      waiting.add(new Waiting(backend, listener));
    } else {
      tell(backend, listener);
    }
  }

  private void ask() {
    lists.clear();
    asked = true;
    askedNs = tools.home().nowNs();
    List<FreeSwitch> all = tools.freeSwitches().connected(settings.pool());
    underWay = all.size();
    String command = "sofia profile " + settings.profile() + " gwlist down";
    for (FreeSwitch each : all) {
      each.api(command, this::onAnswer);
    }
  }

  private void onAnswer(EslReply answer) {
    if (answer instanceof EslReply.Text text && isList(text)) {
      lists.add(Set.of(distinct(text.body())));
    }
    underWay--;
    if (underWay == 0) {
      List<Waiting> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(each -> tell(each.backend(), each.listener()));
    }
  }

  // A profile that is not there is answered in words: "Invalid Profile [external]".
  private static boolean isList(EslReply.Text text) {
    return !text.isError() && !text.body().startsWith("Invalid Profile");
  }

  private static String[] distinct(String body) {
    return body.strip()
        .lines()
        .flatMap(l -> List.of(l.split(" +")).stream())
        .distinct()
        .toArray(String[]::new);
  }

  private void tell(Backend backend, ProbeListener listener) {
    if (lists.isEmpty()) {
      listener.onUnknown();
    } else if (lists.stream().allMatch(down -> down.contains(backend.name()))) {
      listener.onSilence();
    } else {
      listener.onAnswer(200, 0);
    }
  }
}
