// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.fairlead.config.Plugin;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Users from a PostgreSQL database, asked by one prepared query. A dead database is an answer, and
 * no reason not to start.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class SqlUsers implements UserSource {
  static final Plugin<SqlUsersSettings, UserTools, UserSource> KIND =
      new Plugin<>(
          "sql",
          "A PostgreSQL database, such as Kamailio's.",
          SqlUsersSettings.class,
          SqlUsers::new);

  private static final Pattern PLACE = Pattern.compile("\\{(user|domain|realm)\\}");
  // The SQL standard's class of states for values that a column cannot hold.
  private static final String BAD_VALUE = "22";

  private final HikariDataSource database;
  private final String query;
  private final List<String> places;

  SqlUsers(SqlUsersSettings settings, UserTools tools) {
    query = PLACE.matcher(settings.query()).replaceAll("?");
    places = PLACE.matcher(settings.query()).results().map((MatchResult r) -> r.group(1)).toList();
    database = new HikariDataSource(config(settings, tools));
  }

  private static HikariConfig config(SqlUsersSettings settings, UserTools tools) {
    HikariConfig config = new HikariConfig();
    String url = settings.url();
    config.setJdbcUrl(url.startsWith("jdbc:") ? url : "jdbc:" + url);
    config.setUsername(settings.user());
    config.setPassword(settings.password() == null ? null : settings.password().text());
    config.setPoolName("fl-sql-" + tools.registrar());
    config.setMaximumPoolSize(settings.connections());
    config.setMinimumIdle(1);
    config.setReadOnly(true);
    config.setConnectionTimeout(settings.timeout().toMillis());
    config.setValidationTimeout(settings.timeout().toMillis());
    // Start without the database, and go on trying.
    config.setInitializationFailTimeout(-1);
    String seconds = Long.toString(Math.max(1, settings.timeout().toSeconds()));
    config.addDataSourceProperty("connectTimeout", seconds);
    config.addDataSourceProperty("socketTimeout", seconds);
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", "fairlead");
    return config;
  }

  @Override
  public UserLookupResult find(UserQuery account) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < places.size(); i++) {
        statement.setString(i + 1, value(places.get(i), account));
      }
      statement.setMaxRows(1);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? user(account, columns(rows)) : new UserLookupResult.Unknown();
      }
    } catch (SQLException e) {
      String state = e.getSQLState();
      return state != null && state.startsWith(BAD_VALUE)
          ? new UserLookupResult.Unknown()
          : new UserLookupResult.Failed(String.valueOf(e.getMessage()), true);
    }
  }

  private static String value(String place, UserQuery account) {
    return switch (place) {
      case "user" -> account.user();
      case "domain" -> account.domain();
      default -> account.realm();
    };
  }

  private static Map<String, @Nullable String> columns(ResultSet row) throws SQLException {
    ResultSetMetaData about = row.getMetaData();
    Map<String, @Nullable String> columns = new HashMap<>();
    for (int i = 1; i <= about.getColumnCount(); i++) {
      columns.put(about.getColumnLabel(i).toLowerCase(Locale.ROOT), row.getString(i));
    }
    return columns;
  }

  private static UserLookupResult user(UserQuery account, Map<String, @Nullable String> columns) {
    List<String> known = new ArrayList<>(List.of("ha1", "ha1b", "ha1_sha256", "password"));
    known.retainAll(columns.keySet());
    if (known.isEmpty()) {
      return new UserLookupResult.Failed(
          "the query gives no column ha1, ha1b, ha1_sha256 or password", false);
    }
    // A hash holds for the form of the name that it was made with.
    Credentials credentials =
        Credentials.of(
            account,
            columns.get(account.qualified() ? "ha1b" : "ha1"),
            account.qualified() ? null : columns.get("ha1_sha256"),
            columns.get("password"));
    return credentials == null
        ? new UserLookupResult.Unknown()
        : new UserLookupResult.Found(credentials);
  }

  @Override
  public void close() {
    database.close();
  }
}
