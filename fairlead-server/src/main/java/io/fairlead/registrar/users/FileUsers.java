// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.ConfigException;
import io.fairlead.config.FileWatch;
import io.fairlead.config.Plugin;
import io.fairlead.config.Secret;
import io.fairlead.config.YamlSource;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users from a YAML file, all in memory. A name with a domain, {@code alice@example.com}, is that
 * user's; one without is the same in every domain of the registrar.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class FileUsers implements UserSource {
  static final Plugin<FileUsersSettings, UserTools, UserSource> KIND =
      new Plugin<>(
          "file",
          "A YAML file of users, for small sites.",
          FileUsersSettings.class,
          FileUsers::new);

  private static final Logger LOG = LoggerFactory.getLogger(FileUsers.class);
  private static final UserLookupResult UNKNOWN = new UserLookupResult.Unknown();

  // Nobody's password: an unknown user costs the same hashes as a known one.
  private final FileUserEntry nobody =
      new FileUserEntry(
          Secret.of(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())),
          null,
          null);

  private final Path path;
  private final String registrar;
  private final FileWatch watch;
  private volatile Map<String, FileUserEntry> users;

  /**
   * Reads the file.
   *
   * @throws ConfigException with everything that is wrong with it
   */
  FileUsers(FileUsersSettings settings, UserTools tools) {
    path = settings.path();
    registrar = tools.registrar();
    users = read(path);
    watch = new FileWatch(path, this::reload);
  }

  static Map<String, FileUserEntry> read(Path path) {
    return ConfigBinder.bindNames(FileUserEntry.class, YamlSource.read(path));
  }

  /** Reads the file again; a broken one changes nothing. */
  void reload() {
    try {
      users = read(path);
      LOG.info("registrar {}: {} users read from {}", registrar, users.size(), path);
    } catch (ConfigException e) {
      LOG.error(
          "registrar {}: the users stay as they were, since their file is broken:\n{}",
          registrar,
          e.getMessage());
    }
  }

  @Override
  public UserLookupResult find(UserQuery account) {
    Map<String, FileUserEntry> now = users;
    FileUserEntry entry = now.get(account.user() + "@" + account.domain());
    if (entry == null) {
      entry = now.get(account.user());
    }
    Credentials credentials = (entry == null ? nobody : entry).credentials(account);
    return entry == null ? UNKNOWN : new UserLookupResult.Found(credentials);
  }

  @Override
  public boolean immediate() {
    return true;
  }

  @Override
  public void close() {
    watch.close();
  }
}
