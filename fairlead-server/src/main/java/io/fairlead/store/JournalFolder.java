// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link FileBindingStore}: {@code bindings.snapshot}, then the journals it was not
 * yet made from, {@code bindings.journal.1} and so on, then {@code bindings.journal}. Owned by the
 * thread that opens, then by the one that writes.
 */
final class JournalFolder {
  /**
   * What was found.
   *
   * @param snapshotSize in bytes
   * @param journalGood how many bytes of the journal make sense, 0 when it must be begun
   * @param retired there are journals before it
   * @param whole nothing was cut off
   */
  record Loaded(long snapshotSize, long journalGood, boolean retired, boolean whole) {}

  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
  private static final String JOURNAL = "bindings.journal";

  private final Path path;
  private final Path journal;
  private final Path snapshot;
  private final Path newSnapshot;
  private @Nullable FileChannel lock;
  private long lastRetired;

  JournalFolder(Path path) {
    this.path = path;
    journal = path.resolve(JOURNAL);
    snapshot = path.resolve("bindings.snapshot");
    newSnapshot = path.resolve("bindings.snapshot.new");
  }

  /** Shows all entries, the oldest first. */
  Loaded load(JournalReader.Visitor visitor) throws IOException {
    Files.createDirectories(path);
    lock();
    boolean whole = true;
    long snapshotSize = 0;
    if (Files.exists(snapshot)) {
      JournalReader.Outcome outcome = read(snapshot, visitor);
      whole = outcome.whole();
      snapshotSize = outcome.size();
      lastRetired = outcome.covers();
    }
    NavigableMap<Long, Path> retired = retired();
    for (Path needless : retired.headMap(lastRetired, true).values()) {
      Files.delete(needless);
    }
    boolean any = false;
    for (var each : List.copyOf(retired.tailMap(lastRetired, false).entrySet())) {
      whole &= read(each.getValue(), visitor).whole();
      lastRetired = each.getKey();
      any = true;
    }
    long good = 0;
    if (Files.exists(journal)) {
      JournalReader.Outcome outcome = read(journal, visitor);
      good = outcome.good();
      // An end that was being written when the process ended is nothing to make a snapshot for.
      whole &= good > 0 || outcome.size() < JournalWriter.HEAD;
    }
    return new Loaded(snapshotSize, good, any, whole);
  }

  private static JournalReader.Outcome read(Path file, JournalReader.Visitor visitor) {
    JournalReader.Outcome outcome;
    try {
      outcome = JournalReader.read(file, visitor);
    } catch (IOException e) {
      // To go on would be to write over what is still there.
      throw new UncheckedIOException(file + " holds bindings and cannot be read", e);
    }
    if (!outcome.whole()) {
      LOG.warn(
          "{} makes sense up to byte {} of {}: the rest is left out",
          file,
          outcome.good(),
          outcome.size());
    }
    return outcome;
  }

  private NavigableMap<Long, Path> retired() throws IOException {
    NavigableMap<Long, Path> found = new TreeMap<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(path)) {
      all.forEach(files::add);
    }
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      if (name.matches("bindings\\.journal\\.[0-9]{1,18}")) {
        found.put(Long.parseLong(name.substring(JOURNAL.length() + 1)), file);
      }
    }
    return found;
  }

  /** Two that write to one journal would spoil it. */
  private void lock() throws IOException {
    FileChannel file =
        FileChannel.open(
            path.resolve("bindings.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    lock = file;
    try {
      FileLock held = file.tryLock();
      if (held != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Another keeper of this very process: the same answer.
    }
    file.close();
    throw new IllegalStateException(
        "another Fairlead keeps its bindings in " + path + ": each needs a folder of its own");
  }

  /** The journal, to go on with. */
  JournalWriter journal(Loaded loaded) throws IOException {
    return loaded.journalGood() > 0 ? JournalWriter.append(journal, loaded.journalGood()) : begin();
  }

  /** A new journal. */
  JournalWriter begin() throws IOException {
    Files.createDirectories(path);
    JournalWriter writer = JournalWriter.create(journal, 0);
    writer.sync();
    return writer;
  }

  /** Puts the journal aside, until a snapshot has been made. */
  void retire() throws IOException {
    Files.createDirectories(path);
    if (Files.exists(journal) && Files.size(journal) > JournalWriter.HEAD) {
      Files.move(
          journal, path.resolve(JOURNAL + '.' + (lastRetired + 1)), StandardCopyOption.ATOMIC_MOVE);
      lastRetired++;
    }
  }

  /** A snapshot that holds all that the retired journals do. */
  JournalWriter beginSnapshot() throws IOException {
    return JournalWriter.create(newSnapshot, lastRetired);
  }

  /** Has the new snapshot, which was synced, take the old one's place. */
  void finishSnapshot() throws IOException {
    Files.move(
        newSnapshot, snapshot, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(path)) {
      folder.force(true);
    }
    for (Path needless : retired().headMap(lastRetired, true).values()) {
      Files.delete(needless);
    }
  }

  /** Gives the room back that a snapshot took which could not be finished. */
  void dropSnapshot() {
    try {
      Files.deleteIfExists(newSnapshot);
    } catch (IOException e) {
      LOG.debug("{} stays", newSnapshot, e);
    }
  }

  void close() {
    FileChannel held = lock;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        LOG.debug("the lock of {} was not closed in order", path, e);
      }
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
