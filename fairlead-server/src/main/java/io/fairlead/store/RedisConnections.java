// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.config.Secret;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Two connections to a Redis, one to hear changes and one for all else, both made anew after any
 * failure. Every method waits for Redis, but never longer than {@link #PATIENCE}.
 *
 * <p>Owned by the keeper's thread; messages come on a thread of the Redis client.
 */
final class RedisConnections implements AutoCloseable {
  /** What Redis does not answer in this time is taken for lost. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * What kind of records it is: where they are, and where changes are told. Immutable.
   *
   * @param prefix of each key
   * @param channel for changes
   */
  record Kind(String prefix, String channel) {
    static final Kind BINDINGS = new Kind("fairlead:binding:", "fairlead:bindings:");
    static final Kind BANS = new Kind("fairlead:ban:", "fairlead:bans:");
  }

  /**
   * One record.
   *
   * @param id with the prefix it is the key
   * @param bytes begin with the version, 8 bytes: of two the one with the higher counts
   * @param untilMs when Redis forgets it, epoch milliseconds
   */
  record Row(String id, byte[] bytes, long untilMs) {}

  private static final byte[] MARK = ascii("fairlead:mark");
  private static final int SCANNED_AT_ONCE = 500;
  // What is there stays when it is newer. Told only when something changed, in the order of Redis.
  private static final String WRITE =
      """
      local old = redis.call('GET', KEYS[1])
      if old == ARGV[1] then return 0 end
      if old and #old > 8 and struct.unpack('>i8', old) > struct.unpack('>i8', ARGV[1]) then
        return 0
      end
      redis.call('SET', KEYS[1], ARGV[1])
      redis.call('PEXPIREAT', KEYS[1], ARGV[2])
      redis.call('PUBLISH', ARGV[3], ARGV[1])
      return 1
      """;

  private final StatefulRedisPubSubConnection<byte[], byte[]> ear;
  private final StatefulRedisConnection<byte[], byte[]> hand;
  private final String prefix;
  private final byte[] channel;
  private final String script;

  private RedisConnections(
      StatefulRedisPubSubConnection<byte[], byte[]> ear,
      StatefulRedisConnection<byte[], byte[]> hand,
      String prefix,
      byte[] channel) {
    this.ear = ear;
    this.prefix = prefix;
    this.hand = hand;
    this.channel = channel;
    this.script = await(hand.async().scriptLoad(WRITE));
  }

  /** How a client of these links behaves: it never keeps commands for later nor tries again. */
  static ClientOptions options() {
    return ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).keepAlive(true).build())
        .timeoutOptions(TimeoutOptions.enabled(PATIENCE))
        .build();
  }

  /** Where a client connects to. */
  static RedisURI uri(RedisAddress address, SharedStoreSettings settings) {
    RedisURI.Builder uri =
        RedisURI.builder()
            .withHost(address.host())
            .withPort(address.port())
            .withDatabase(address.database())
            .withSsl(address.tls())
            .withTimeout(PATIENCE);
    Secret secret = address.password() != null ? address.password() : settings.password();
    if (secret != null && address.user().isEmpty()) {
      uri.withPassword(secret.text().toCharArray());
    } else if (secret != null) {
      uri.withAuthentication(address.user(), secret.text().toCharArray());
    }
    return uri.build();
  }

  /** Connects and listens for changes. */
  static RedisConnections open(
      RedisClient client, int database, Kind kind, Consumer<byte[]> onChange) {
    // Redis does not part channels by database.
    byte[] channel = ascii(kind.channel() + database);
    StatefulRedisPubSubConnection<byte[], byte[]> ear =
        client.connectPubSub(ByteArrayCodec.INSTANCE);
    try {
      ear.addListener(
          new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] from, byte[] message) {
              onChange.accept(message);
            }
          });
      await(ear.async().subscribe(channel));
      StatefulRedisConnection<byte[], byte[]> hand = client.connect(ByteArrayCodec.INSTANCE);
      try {
        return new RedisConnections(ear, hand, kind.prefix(), channel);
      } catch (RuntimeException e) {
        close(hand);
        throw e;
      }
    } catch (RuntimeException e) {
      close(ear);
      throw e;
    }
  }

  /**
   * Writes changes where Redis has nothing newer, and tells the other nodes.
   *
   * @param tombMs until when a removal is remembered, epoch milliseconds
   */
  void write(List<BindingChange> batch, long tombMs) {
    List<Row> rows = new ArrayList<>(batch.size());
    for (BindingChange change : batch) {
      Binding binding = change.binding();
      long until = binding == null ? tombMs : binding.renewal().expiresMs();
      rows.add(new Row(Long.toHexString(change.id()), change.bytes(), until));
    }
    write(rows);
  }

  /** Writes records where Redis has nothing newer, and tells the other nodes. */
  void write(List<Row> rows) {
    List<RedisFuture<Long>> answers = new ArrayList<>(rows.size());
    hand.setAutoFlushCommands(false);
    try {
      for (Row row : rows) {
        byte[][] keys = {ascii(prefix + row.id())};
        answers.add(
            hand.async()
                .evalsha(
                    script,
                    ScriptOutputType.INTEGER,
                    keys,
                    row.bytes(),
                    ascii(Long.toString(row.untilMs())),
                    channel));
      }
    } finally {
      hand.setAutoFlushCommands(true);
      hand.flushCommands();
    }
    answers.forEach(RedisConnections::await);
  }

  /** Shows all that Redis has. */
  void scan(Consumer<byte[]> visitor) {
    ScanArgs args = ScanArgs.Builder.limit(SCANNED_AT_ONCE).match(ascii(prefix + "*"));
    KeyScanCursor<byte[]> cursor = await(hand.async().scan(args));
    while (true) {
      if (!cursor.getKeys().isEmpty()) {
        byte[][] keys = cursor.getKeys().toArray(new byte[0][]);
        for (KeyValue<byte[], byte[]> each : await(hand.async().mget(keys))) {
          each.ifHasValue(visitor);
        }
      }
      if (cursor.isFinished()) {
        return;
      }
      cursor = await(hand.async().scan(cursor, args));
    }
  }

  /**
   * The mark of what Redis holds: another one when it was emptied or replaced meanwhile. Fails when
   * one of the connections is gone or silent.
   */
  String mark() {
    if (!ear.isOpen() || !hand.isOpen()) {
      throw new RedisUnavailableException("connection closed", null);
    }
    RedisFuture<?> heard = ear.async().ping();
    byte[] fresh = ascii(UUID.randomUUID().toString());
    await(hand.async().set(MARK, fresh, SetArgs.Builder.nx()));
    byte[] mark = await(hand.async().get(MARK));
    await(heard);
    return mark == null ? "" : new String(mark, StandardCharsets.US_ASCII);
  }

  /** Waits for an answer. */
  static <T> T await(RedisFuture<T> answer) {
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new RedisUnavailableException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new RedisUnavailableException("no answer within " + PATIENCE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisUnavailableException("interrupted", e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    close(ear);
    close(hand);
  }

  // Closing what is closed already would be a line in the log.
  static void close(StatefulConnection<?, ?> connection) {
    if (connection.isOpen()) {
      connection
          .closeAsync()
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(why -> null)
          .join();
    }
  }
}
