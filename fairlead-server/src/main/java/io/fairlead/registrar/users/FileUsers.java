// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Binder;
import io.fairlead.config.ConfigException;
import io.fairlead.config.FileWatch;
import io.fairlead.config.Kind;
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
final class FileUsers implements Users {
  static final Kind<FileUsersSettings, UserTools, Users> KIND =
      new Kind<>(
          "file",
          "A YAML file of users, for small sites.",
          FileUsersSettings.class,
          FileUsers::new);

  private static final Logger LOG = LoggerFactory.getLogger(FileUsers.class);
  private static final UserAnswer UNKNOWN = new UserAnswer.Unknown();

  // Nobody's password: an unknown user costs the same hashes as a known one.
  private final UserEntry nobody =
      new UserEntry(
          Secret.of(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())),
          null,
          null);

  private final Path path;
  private final String registrar;
  private final FileWatch watch;
  private volatile Map<String, UserEntry> users;

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

  static Map<String, UserEntry> read(Path path) {
    return Binder.bindNames(UserEntry.class, YamlSource.read(path));
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
  public UserAnswer find(Account account) {
    Map<String, UserEntry> now = users;
    UserEntry entry = now.get(account.user() + "@" + account.domain());
    if (entry == null) {
      entry = now.get(account.user());
    }
    Credentials credentials = (entry == null ? nobody : entry).credentials(account);
    return entry == null ? UNKNOWN : new UserAnswer.Found(credentials);
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
