// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import io.fairlead.guard.identity.AttestationRule;
import io.fairlead.guard.identity.IdentityChecks;
import io.fairlead.guard.identity.SigningSettings;
import io.fairlead.guard.identity.StirShakenSettings;
import io.fairlead.guard.identity.VerificationSettings;
import io.fairlead.route.Router;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * STIR/SHAKEN: the networks, pools and routes that it names exist, and its files can be used.
 *
 * <p>Owned by whoever reads the file.
 */
final class IdentityPlanChecks {
  private static final String PATH = "guard.stir-shaken";

  private final FairleadSettings settings;
  private final ValidSettings sound;
  private final SourcePositions marks;
  private final List<ConfigError> errors;

  IdentityPlanChecks(PlanFindings plan) {
    sound = plan.sound();
    settings = sound.settings();
    marks = plan.marks();
    errors = plan.errors();
  }

  /** All of them. */
  void identity() {
    StirShakenSettings identity = settings.guard().stirShaken();
    for (IdentityChecks.Found each : IdentityChecks.of(identity)) {
      errors.add(marks.error(PATH + each.path(), each.words()));
    }
    VerificationSettings verify = identity.verify();
    if (verify != null) {
      networks(PATH + ".verify.networks", verify.networks());
    }
    SigningSettings sign = identity.sign();
    if (sign == null) {
      return;
    }
    Set<String> pools = new TreeSet<>(settings.pools().keySet());
    names(PATH + ".sign.pools", "no pool is called", sign.pools(), pools, "pools");
    Set<String> routes = new TreeSet<>(Router.names(settings.routes()));
    names(PATH + ".sign.routes", "no route is called", sign.routes(), routes, "routes");
    for (int i = 0; i < sign.attest().size(); i++) {
      AttestationRule rule = sign.attest().get(i);
      networks(PATH + ".sign.attest[" + i + "].networks", rule.networks());
    }
  }

  private void networks(String path, List<String> named) {
    Set<String> known =
        settings.listeners().stream()
            .map(each -> Objects.requireNonNullElse(each.network(), ""))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    names(path, "no listener is on network", named, known, "listeners");
  }

  private void names(
      String path, String words, List<String> named, Set<String> known, String part) {
    for (int i = 0; i < named.size(); i++) {
      String name = named.get(i);
      if (!known.contains(name) && sound.whole(part)) {
        String at = marks.has(path + "[" + i + "]") ? path + "[" + i + "]" : path;
        errors.add(marks.error(at, words + " `" + name + "`").suggesting(name, known));
      }
    }
  }
}
