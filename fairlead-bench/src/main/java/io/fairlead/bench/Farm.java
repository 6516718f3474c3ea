// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Phones behind a handful of sockets: registers them at a steady pace, asks again where no answer
 * came, renews. Owned by the thread that calls {@link #turn}; the sockets have their own.
 */
final class Farm {
  private static final int PATIENCE_MS = 2000;
  private static final int LOOK_EVERY_MS = 500;

  private final FarmSettings settings;
  private final FarmUsers users;
  private final FarmCounts counts;
  private final List<FarmSocket> sockets = new ArrayList<>();
  private final byte[] scratch = new byte[65536];
  private final ByteBuffer wrapped = ByteBuffer.wrap(scratch);
  private final int beganMs = nowMs();
  private int lookAgainMs = nowMs();
  private int next;
  private int renewingSinceMs;
  private long renewals;

  Farm(FarmSettings settings, FarmUsers users, FarmCounts counts) throws IOException {
    this.settings = settings;
    this.users = users;
    this.counts = counts;
    for (String address : settings.addresses()) {
      for (int i = 0; i < settings.sockets(); i++) {
        sockets.add(new FarmSocket(settings, address, users, counts));
      }
    }
  }

  /** Milliseconds since a time in the past, the same for all threads. */
  static int nowMs() {
    return (int) (System.nanoTime() / 1_000_000 - START_MS) + 1;
  }

  private static final long START_MS = System.nanoTime() / 1_000_000;

  void start() {
    for (int i = 0; i < sockets.size(); i++) {
      Thread.ofPlatform().name("phones-" + i).daemon().start(sockets.get(i));
    }
  }

  /** Sends what is due by now. */
  void turn() throws IOException {
    int now = nowMs();
    long due = Math.min((long) (now - beganMs) * settings.rate() / 1000, users.count());
    while (next < due) {
      send(next++, now);
    }
    renew(now);
    if (now >= lookAgainMs) {
      lookAgainMs = now + LOOK_EVERY_MS;
      askAgain(now);
    }
  }

  private void renew(int now) throws IOException {
    if (settings.renewEvery() == 0 || next < users.count()) {
      renewingSinceMs = now;
      return;
    }
    long due = (long) (now - renewingSinceMs) * users.count() / (settings.renewEvery() * 1000L);
    while (renewals < due) {
      int user = (int) (renewals++ % users.count());
      if (users.state(user) == FarmUsers.REGISTERED) {
        send(user, now);
      }
    }
  }

  private void askAgain(int now) throws IOException {
    for (int user = 0; user < next; user++) {
      if (users.isOverdue(user, now - PATIENCE_MS)) {
        counts.resent.increment();
        send(user, now);
      }
    }
  }

  private void send(int user, int now) throws IOException {
    counts.sent.increment();
    sockets.get(user % sockets.size()).register(user, scratch, wrapped, now);
  }

  /** True when each user was answered. */
  boolean isComplete() {
    return next == users.count()
        && users.in(FarmUsers.AWAITING) == 0
        && users.in(FarmUsers.SILENT) == 0;
  }

  void close() throws IOException {
    for (FarmSocket socket : sockets) {
      socket.close();
    }
  }
}
