// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the content of a file has changed. Once a second it looks, through all links, which
 * file stands there, how long it is and when it was written: editors write a new one and rename it,
 * Kubernetes swaps a symbolic link beside it ({@code ..data}). When that differs it waits until it
 * rests, then compares a hash of the content, so touching the file tells nothing. Events of the
 * file system would come for every line of a log in the same directory, and on some file systems
 * never.
 *
 * <p>Owned by one thread of its own.
 */
public final class FileWatch implements AutoCloseable {
  private static final long QUIET_MS = 150;
  private static final long LOOK_MS = 1000;
  private static final int MOST_CHANGES = 100;

  private final Path file;
  private final Runnable onChange;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable FileStamp stamp;
  private byte @Nullable [] seen;

  /** Watches the file from now on; what it holds now is known. */
  public FileWatch(Path file, Runnable onChange) {
    this.file = file.toAbsolutePath();
    this.onChange = onChange;
    stamp = FileStamp.of(file);
    seen = hash();
    thread = Thread.ofPlatform().name("fl-watch").daemon().start(this::run);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        FileStamp now = FileStamp.of(file);
        if (now != null && !now.equals(stamp)) {
          stamp = atRest(now);
          compare();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // What is still being written is not read; what is always being written is, in the end.
  private FileStamp atRest(FileStamp first) throws InterruptedException {
    FileStamp before = first;
    for (int i = 0; i < MOST_CHANGES && !closed.await(QUIET_MS, TimeUnit.MILLISECONDS); i++) {
      FileStamp now = FileStamp.of(file);
      if (before.equals(now)) {
        break;
      }
      before = now == null ? before : now;
    }
    return before;
  }

  private void compare() {
    byte[] now = hash();
    if (now != null && !Arrays.equals(now, seen)) {
      seen = now;
      onChange.run();
    }
  }

  private byte @Nullable [] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    } catch (IOException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
