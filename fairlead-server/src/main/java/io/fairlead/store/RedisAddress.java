// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is: {@code redis://[user[:password]@]host[:port][/database]}. The password is never
 * shown. Immutable.
 *
 * @param host a name or an address
 * @param port 6379 when none is written
 * @param database its number
 * @param tls written as {@code rediss}
 * @param user empty for none
 * @param password null for none
 */
public record RedisAddress(
    String host, int port, int database, boolean tls, String user, @Nullable Secret password) {
  private static final int USUAL_PORT = 6379;

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none; the message does not repeat the text, which
   *     may hold a password
   */
  public static RedisAddress parse(String text) {
    URI uri = uri(text);
    boolean tls = uri != null && "rediss".equals(uri.getScheme());
    boolean plain = uri != null && "redis".equals(uri.getScheme());
    String host = uri == null ? null : uri.getHost();
    if (uri == null || host == null || !tls && !plain || uri.getQuery() != null) {
      throw refused();
    }
    int port = uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
    if (port < 1 || port > 65535) {
      throw refused();
    }
    String login = uri.getUserInfo() == null ? "" : uri.getUserInfo();
    int colon = login.indexOf(':');
    String secret = colon < 0 ? "" : login.substring(colon + 1);
    return new RedisAddress(
        host,
        port,
        database(uri.getPath()),
        tls,
        colon < 0 ? login : login.substring(0, colon),
        secret.isEmpty() ? null : Secret.of(secret));
  }

  // The exception goes no further: its message has the text.
  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "the URL of a Redis such as `redis://10.0.0.41:6379/0`";
  }

  private static int database(String path) {
    if (path.isEmpty() || path.equals("/")) {
      return 0;
    }
    if (!path.matches("/[0-9]{1,4}")) {
      throw refused();
    }
    return Integer.parseInt(path.substring(1));
  }

  private static IllegalArgumentException refused() {
    return new IllegalArgumentException("this is not " + expected());
  }

  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
