// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.NameSpelling;
import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanExplanation;
import io.fairlead.guard.ban.Bans;
import io.fairlead.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what operators ask and order of bans. What the home loop says is there when {@link
 * ControlledFairlead#settle} returns. Immutable.
 */
final class BanCommands {
  private static final Logger LOG = LoggerFactory.getLogger(BanCommands.class);
  private static final Duration USUAL = Duration.ofHours(1);
  private static final int LISTED = 1000;
  private static final int MOST = 2_000_000;

  private final ControlledFairlead subject;

  BanCommands(ControlledFairlead subject) {
    this.subject = subject;
  }

  /** All bans, the newest first, or one source explained. */
  Map<String, @Nullable Object> list(ControlRequest request) throws RefusedException {
    String address = request.text("why");
    if (address != null) {
      return explain(network(address));
    }
    Bans bans = subject.bans();
    long limit = request.number("limit", 1, MOST, LISTED);
    List<Ban> all = List.copyOf(bans.all());
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("on", bans.isOn());
    answer.put("kernel", bans.kernel().status());
    answer.put("total", all.size());
    answer.put(
        "bans",
        all.stream()
            .sorted(Comparator.comparingLong(Ban::sinceMs).reversed().thenComparing(Ban::text))
            .limit(limit)
            .map(this::ban)
            .toList());
    return answer;
  }

  /** Bans by order. */
  Map<String, @Nullable Object> add(ControlRequest request) throws RefusedException {
    Cidr network = network(request.text("address"));
    Duration time = request.duration("time");
    if (!subject.bans().isOn()) {
      throw new RefusedException("nobody is banned here: `guard.bans` is off");
    }
    LOG.info("ordered: ban {}", Ban.text(network));
    boolean[] done = new boolean[1];
    subject.bans().add(network, time == null ? USUAL : time, each -> done[0] = each);
    subject.settle();
    if (!done[0]) {
      throw new RefusedException(
          Ban.text(network) + " is allowed by `guard.allow`: what stands there is never banned");
    }
    return explain(network);
  }

  /** Lifts by order. */
  Map<String, @Nullable Object> lift(ControlRequest request) throws RefusedException {
    Cidr network = network(request.text("address"));
    LOG.info("ordered: lift the ban of {}", Ban.text(network));
    boolean[] done = new boolean[1];
    subject.bans().lift(network, each -> done[0] = each);
    subject.settle();
    Map<String, @Nullable Object> why = explain(network);
    if (!done[0]) {
      Object around = why.get("banned-by");
      throw new RefusedException(
          Ban.text(network)
              + " is not banned"
              + (around == null ? "" : " itself, but " + around + " is: lift that"));
    }
    return why;
  }

  private static Cidr network(@Nullable String text) throws RefusedException {
    if (text == null) {
      throw new RefusedException("expected \"address\":\"192.0.2.1\", or a network");
    }
    try {
      return Ban.whole(Cidr.parse(text));
    } catch (IllegalArgumentException e) {
      String cut = text.length() > 64 ? text.substring(0, 64) + "..." : text;
      throw new RefusedException("expected " + Cidr.expected() + ", not `" + cut + "`");
    }
  }

  private Map<String, @Nullable Object> explain(Cidr network) throws RefusedException {
    @Nullable BanExplanation[] box = new @Nullable BanExplanation[1];
    subject.bans().explain(network, each -> box[0] = each);
    subject.settle();
    BanExplanation why = box[0];
    if (why == null) {
      throw new RefusedException("loop 0 is stuck");
    }
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("address", Ban.text(why.network()));
    Ban ban = why.ban();
    if (ban != null) {
      answer.put("ban", ban(ban));
    }
    Ban around = why.around();
    if (around != null) {
      answer.put("banned-by", around.text());
      answer.put("around", ban(around));
    }
    answer.put("points", why.points());
    answer.put("threshold", why.threshold());
    if (!why.offences().isEmpty()) {
      answer.put("offences", why.offences());
      answer.put("since", at(why.sinceMs()));
    }
    answer.put("times", why.times());
    if (!why.exempt().isEmpty()) {
      answer.put("exempt", why.exempt());
    }
    return answer;
  }

  private Map<String, @Nullable Object> ban(Ban ban) {
    long nowMs = subject.bans().nowMs();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("address", ban.text());
    map.put("cause", NameSpelling.dashed(ban.cause().name()));
    map.put("why", ban.why());
    map.put("points", ban.points());
    map.put("since", at(ban.sinceMs()));
    map.put("for-s", Math.max(0, (nowMs - ban.sinceMs()) / 1000));
    map.put("until", at(ban.untilMs()));
    map.put("left-s", Math.max(0, (ban.untilMs() - nowMs) / 1000));
    map.put("times", ban.times());
    map.put("enforced", subject.bans().kernel().holds(ban.network()) ? "kernel" : "process");
    return map;
  }

  private static String at(long ms) {
    return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
