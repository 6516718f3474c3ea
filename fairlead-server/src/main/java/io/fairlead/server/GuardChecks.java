// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.guard.GuardSettings;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.list.BlocklistSettings;
import io.fairlead.guard.trust.NetworkTrust;
import io.fairlead.guard.trust.TrustSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the guard asks of the machine: files and folders that are there; and what of it has no
 * effect.
 *
 * <p>Owned by whoever reads the file.
 */
final class GuardChecks {
  private final PlanFindings plan;
  private final GuardSettings settings;

  GuardChecks(PlanFindings plan) {
    this.plan = plan;
    this.settings = plan.sound().settings().guard();
  }

  /** All of them. */
  void guard() {
    BanSettings bans = settings.bans();
    if (bans != null) {
      log(bans.log());
      bans.blocklists().forEach(this::blocklist);
    }
    strip();
  }

  private void log(@Nullable Path log) {
    if (log == null) {
      return;
    }
    Path folder = log.toAbsolutePath().getParent();
    if (Files.isDirectory(log)) {
      error("guard.bans.log", log + " is a folder; expected a file");
    } else if (folder == null || !Files.isDirectory(folder)) {
      // Whoever checks need not be who runs, nor where.
      warn("guard.bans.log", "there is no folder " + folder + ": nothing is written");
    } else if (!Files.isWritable(Files.exists(log) ? log : folder)) {
      warn("guard.bans.log", log + " cannot be written by this user");
    }
  }

  private void blocklist(String name, BlocklistSettings list) {
    Path file = list.file();
    if (file != null && !Files.isReadable(file)) {
      // It is read again and again, so it may come later.
      warn(
          "guard.bans.blocklists." + name + ".file",
          file + " cannot be read: nobody is banned by it");
    }
  }

  // Headers are stripped at sides that are not trusted.
  private void strip() {
    TrustSettings trust = settings.trust();
    if (trust.networks().values().stream().allMatch(NetworkTrust.TRUSTED::equals)) {
      for (Map.Entry<String, TrustSettings.Lines> each :
          Map.of("in", trust.headers().in(), "out", trust.headers().out()).entrySet()) {
        if (!each.getValue().strip().isEmpty()) {
          warn(
              "guard.trust.headers." + each.getKey() + ".strip",
              "all sides are trusted, so nothing is taken off: name the others in"
                  + " `guard.trust.networks`");
        }
      }
    }
  }

  private void error(String path, String text) {
    plan.errors().add(plan.marks().error(path, text));
  }

  private void warn(String path, String text) {
    plan.warnings().add(plan.marks().error(path, text));
  }
}
