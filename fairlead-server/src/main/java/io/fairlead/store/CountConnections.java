// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.store.SharedCounts.NodeCount;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Two connections to a Redis for counts, as {@link RedisConnections} has them for bindings. Every
 * method waits for Redis, but never longer than {@link RedisConnections#PATIENCE}.
 *
 * <p>Owned by the keeper's thread; messages come on a thread of the Redis client.
 */
final class CountConnections implements AutoCloseable {
  private static final String KEY = "fairlead:limits:";
  private static final long LIFE_MS = RemoteCounts.SILENCE_NS / 1_000_000;

  private final StatefulRedisPubSubConnection<byte[], byte[]> ear;
  private final StatefulRedisConnection<byte[], byte[]> hand;
  private final byte[] channel;
  private final String node;

  private CountConnections(
      StatefulRedisPubSubConnection<byte[], byte[]> ear,
      StatefulRedisConnection<byte[], byte[]> hand,
      byte[] channel,
      String node) {
    this.ear = ear;
    this.hand = hand;
    this.channel = channel;
    this.node = node;
  }

  /** Connects and listens. */
  static CountConnections open(
      RedisClient client, int database, String node, Consumer<byte[]> onMessage) {
    // Redis does not part channels by database.
    byte[] channel = bytes("fairlead:limits:" + database);
    StatefulRedisPubSubConnection<byte[], byte[]> ear =
        client.connectPubSub(ByteArrayCodec.INSTANCE);
    try {
      ear.addListener(
          new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] from, byte[] message) {
              onMessage.accept(message);
            }
          });
      RedisConnections.await(ear.async().subscribe(channel));
      return new CountConnections(ear, client.connect(ByteArrayCodec.INSTANCE), channel, node);
    } catch (RuntimeException e) {
      RedisConnections.close(ear);
      throw e;
    }
  }

  /**
   * Writes counts of this node and tells the others.
   *
   * @param full they are all there are
   */
  void write(List<NodeCount> counts, boolean full) {
    IdentityHashMap<byte[], byte[]> kept = new IdentityHashMap<>();
    List<byte[]> gone = new ArrayList<>();
    for (NodeCount each : counts) {
      if (each.count() > 0) {
        kept.put(bytes(each.key()), bytes(RemoteCounts.value(each)));
      } else {
        gone.add(bytes(each.key()));
      }
    }
    List<RedisFuture<?>> answers = new ArrayList<>();
    byte[] own = bytes(KEY + node);
    if (full) {
      answers.add(hand.async().del(own));
    }
    if (!kept.isEmpty()) {
      answers.add(hand.async().hset(own, kept));
    }
    if (!gone.isEmpty()) {
      answers.add(hand.async().hdel(own, gone.toArray(new byte[0][])));
    }
    answers.add(hand.async().pexpire(own, LIFE_MS));
    answers.add(hand.async().publish(channel, RemoteCounts.message(node, full, counts)));
    answers.forEach(RedisConnections::await);
  }

  /** Says that this node lives. Fails when one of the connections is gone or silent. */
  void beat() {
    if (!ear.isOpen() || !hand.isOpen()) {
      throw new RedisUnavailableException("connection closed", null);
    }
    RedisFuture<?> alive = ear.async().ping();
    write(List.of(), false);
    RedisConnections.await(alive);
  }

  /** Shows what the other nodes have. */
  void others(BiConsumer<String, Map<String, String>> visitor) {
    ScanArgs args = ScanArgs.Builder.limit(500).match(bytes(KEY + "*"));
    KeyScanCursor<byte[]> cursor = RedisConnections.await(hand.async().scan(args));
    while (true) {
      for (byte[] key : cursor.getKeys()) {
        String from = text(key).substring(KEY.length());
        if (!from.equals(node)) {
          Map<String, String> values = new HashMap<>();
          RedisConnections.await(hand.async().hgetall(key))
              .forEach((field, value) -> values.put(text(field), text(value)));
          visitor.accept(from, values);
        }
      }
      if (cursor.isFinished()) {
        return;
      }
      cursor = RedisConnections.await(hand.async().scan(cursor, args));
    }
  }

  /** This node ends: nothing of it counts. */
  void leave() {
    write(List.of(), true);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    RedisConnections.close(ear);
    RedisConnections.close(hand);
  }
}
