// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the content of a file has changed. It watches the directories on the way to the file,
 * not the file: editors write a new one and rename it, Kubernetes swaps a symbolic link beside it
 * ({@code ..data}). After an event it waits until none came for a moment, then compares a hash of
 * the content, so touching the file tells nothing. For file systems that give no events it also
 * looks now and then by itself.
 *
 * <p>Owned by one thread of its own.
 */
final class FileWatch implements AutoCloseable {
  private static final long QUIET_MS = 150;
  private static final long LOOK_MS = 5000;
  private static final int MOST_EVENTS = 100;

  private final Path file;
  private final Runnable onChange;
  private final WatchService service;
  private final Thread thread;
  private Set<Path> watched = Set.of();
  private byte @Nullable [] seen;

  /** Watches the file from now on; what it holds now is known. */
  FileWatch(Path file, Runnable onChange) throws IOException {
    this.file = file.toAbsolutePath();
    this.onChange = onChange;
    service = FileSystems.getDefault().newWatchService();
    watch();
    seen = hash();
    thread = Thread.ofPlatform().name("fl-watch").daemon().start(this::run);
  }

  @Override
  public void close() throws IOException {
    service.close();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        await();
        watch();
        byte[] now = hash();
        if (now != null && !Arrays.equals(now, seen)) {
          seen = now;
          onChange.run();
        }
      }
    } catch (ClosedWatchServiceException e) {
      // Closed by close(): the ordinary end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Until something happened and then nothing for a moment, or until it is time to look. */
  private void await() throws InterruptedException {
    WatchKey key = service.poll(LOOK_MS, TimeUnit.MILLISECONDS);
    for (int events = 0; key != null && events < MOST_EVENTS; events++) {
      key.pollEvents();
      if (!key.reset()) {
        watched = Set.of();
      }
      key = service.poll(QUIET_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Watches the file's directory and, where links lead elsewhere, that of what they lead to. */
  private void watch() {
    Set<Path> wanted = new LinkedHashSet<>();
    addParent(wanted, file);
    try {
      addParent(wanted, file.toRealPath());
    } catch (IOException e) {
      // Between two renames there is no file; the directory tells when it is back.
    }
    if (wanted.equals(watched)) {
      return;
    }
    for (Path directory : wanted) {
      register(directory);
    }
    watched = wanted;
  }

  private void register(Path directory) {
    try {
      directory.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException e) {
      // No events from there: looking now and then still finds the change.
    }
  }

  private static void addParent(Set<Path> directories, Path path) {
    Path parent = path.getParent();
    if (parent != null) {
      directories.add(parent);
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
