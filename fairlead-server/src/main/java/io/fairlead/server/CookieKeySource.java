// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.Secret;
import io.fairlead.dialog.CookieKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the routing keys come from: the configuration, else a file made at the first start.
 * Immutable.
 */
final class CookieKeySource {
  private static final Logger LOG = LoggerFactory.getLogger(CookieKeySource.class);
  private static final int KEY_BYTES = 32;

  private CookieKeySource() {}

  static CookieKeys of(Plan plan) {
    Secret configured = plan.settings().cluster().keys();
    if (configured != null) {
      return CookieKeys.of(configured.lines());
    }
    Path file = plan.stateDir().resolve("routing.key");
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return CookieKeys.of(Secret.of(Files.readString(file)).lines());
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn(
          "routing key {} cannot be kept ({}): a new one is used, so calls that live now lose their"
              + " dialog when Fairlead restarts; make the folder writable or set state-dir or"
              + " cluster.keys",
          file,
          e.toString());
      return CookieKeys.of(List.of(random()));
    }
  }

  private static void create(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, random() + "\n", StandardOpenOption.WRITE);
  }

  private static String random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
