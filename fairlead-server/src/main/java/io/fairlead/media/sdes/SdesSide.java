// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.profile.SrtpUse;
import io.fairlead.media.sdes.SdesResult.Plain;
import io.fairlead.media.sdes.SdesResult.Refused;
import io.fairlead.media.sdes.SdesResult.Secured;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.media.srtp.MasterKey;
import io.fairlead.media.srtp.SrtpReceiver;
import io.fairlead.media.srtp.SrtpSender;
import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.sdp.CryptoLine;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one side of one m= line. There is one of ours for each suite; it stays while the
 * side's own stays, so that what comes again is answered as before, and is another one when the
 * side changes its own. Who uses a key again, after an offer that was refused or from another fork,
 * gets what goes with it again: indexes never begin anew under a key that has been used.
 *
 * <p>Owned by the call's loop.
 */
final class SdesSide {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The side's keys that are remembered: as many as devices may answer one offer. */
  private static final int MOST_RECEIVERS = 32;

  private final int mostSsrcs;
  private final Map<CryptoSuite, SrtpSender> senders = new EnumMap<>(CryptoSuite.class);
  private final List<SrtpReceiver> receivers = new ArrayList<>(1);
  // The side's key that came with its last offer.
  private @Nullable MasterKey offered;

  SdesSide(int mostSsrcs) {
    this.mostSsrcs = mostSsrcs;
  }

  /** An offer of the side: the first line that can be taken is (RFC 4568 §5.1.2). */
  SdesResult offer(List<@Nullable CryptoLine> lines, boolean secure, SideProfile rules) {
    if (rules.use() == SrtpUse.NONE) {
      return secure ? new Refused("SRTP is offered where the profile has none") : new Plain();
    }
    List<String> reasons = new ArrayList<>();
    for (CryptoLine line : lines) {
      if (line == null) {
        reasons.add("a line that is no key, or several");
        continue;
      }
      CryptoLineCheck check = CryptoLineCheck.of(line, rules.taken());
      MasterKey key = check.key();
      if (key == null) {
        reasons.add(check.why());
      } else if (isOurs(key)) {
        reasons.add(line + ": the key is ours");
      } else {
        return new Secured(keys(line, key));
      }
    }
    boolean must = secure || rules.use() == SrtpUse.REQUIRE;
    return must ? new Refused(why(reasons)) : new Plain();
  }

  private static String why(List<String> reasons) {
    return reasons.isEmpty() ? "there is no a=crypto" : String.join("; ", reasons);
  }

  private SdesKeys keys(CryptoLine line, MasterKey key) {
    MasterKey before = offered;
    if (before != null && !before.equals(key)) {
      senders.clear();
    }
    offered = key;
    return new SdesKeys(
        line.tag(), line.suite(), new SrtpSession(receiver(key), sender(key.suite())));
  }

  /** What we offer it: values of a=crypto lines, tags in their order. */
  List<String> offers(SideProfile rules) {
    List<String> lines = new ArrayList<>();
    for (CryptoSuite suite : rules.taken()) {
      String key = sender(suite).key().base64();
      lines.add(lines.size() + 1 + " " + suite + " inline:" + key);
    }
    return lines;
  }

  /** Its answer to that. */
  SdesResult answer(List<@Nullable CryptoLine> lines, boolean secure, SideProfile rules) {
    if (rules.use() == SrtpUse.NONE || lines.isEmpty()) {
      boolean must = secure || rules.use() == SrtpUse.REQUIRE;
      return must ? new Refused("the answer is none to what was offered") : new Plain();
    }
    CryptoLine line = lines.getFirst();
    List<CryptoSuite> suites = rules.taken();
    if (line == null || line.tag() < 1 || line.tag() > suites.size()) {
      return new Refused("its a=crypto answers none that was offered");
    }
    CryptoSuite suite = suites.get(line.tag() - 1);
    CryptoLineCheck check = CryptoLineCheck.of(line, List.of(suite));
    MasterKey key = check.key();
    if (key == null || isOurs(key)) {
      return new Refused(key == null ? check.why() : line + ": the key is ours");
    }
    return new Secured(
        new SdesKeys(line.tag(), line.suite(), new SrtpSession(receiver(key), sender(suite))));
  }

  private boolean isOurs(MasterKey key) {
    SrtpSender own = senders.get(key.suite());
    return own != null && own.key().equals(key);
  }

  private SrtpSender sender(CryptoSuite suite) {
    return senders.computeIfAbsent(
        suite, of -> new SrtpSender(MasterKey.random(of, RANDOM), mostSsrcs));
  }

  private SrtpReceiver receiver(MasterKey key) {
    for (SrtpReceiver each : receivers) {
      if (each.key().equals(key)) {
        return each;
      }
    }
    if (receivers.size() == MOST_RECEIVERS) {
      receivers.removeFirst();
    }
    SrtpReceiver made = new SrtpReceiver(key, mostSsrcs);
    receivers.add(made);
    return made;
  }
}
