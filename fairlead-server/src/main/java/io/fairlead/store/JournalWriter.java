// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Appends to a journal or a snapshot: a head, then entries of length, CRC32C, kind and content.
 * Owned by the thread that writes.
 */
final class JournalWriter implements AutoCloseable {
  /** "FLB" and the version of the format. */
  static final int MAGIC = 'F' << 24 | 'L' << 16 | 'B' << 8 | 1;

  /**
   * The head: the magic, the highest number of a journal that a snapshot makes needless, and the
   * CRC of both.
   */
  static final int HEAD = Integer.BYTES + Long.BYTES + Integer.BYTES;

  /** Before each entry: length and CRC of what follows, which begins with the kind. */
  static final int ENTRY_HEAD = 2 * Integer.BYTES;

  /** The longest entry: a kind and a record. */
  static final int LONGEST = 1 + SlabAllocator.LONGEST;

  static final int PUT = 1;
  static final int REMOVE = 2;

  private static final int BUFFER = 256 * 1024;
  // What leads to users is nobody else's business.
  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final CRC32C crc = new CRC32C();
  private long size;
  private boolean unsynced;

  private JournalWriter(FileChannel file, long size) {
    this.file = file;
    this.size = size;
  }

  /** Begins a file, in place of one that is there. */
  static JournalWriter create(Path path, long covers) throws IOException {
    Files.deleteIfExists(path);
    JournalWriter writer =
        new JournalWriter(
            FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), MODE),
            0);
    writer.buffer.putInt(MAGIC).putLong(covers).putInt(headSum(covers));
    writer.size = HEAD;
    return writer;
  }

  /** The CRC in the head. */
  static int headSum(long covers) {
    CRC32C sum = new CRC32C();
    sum.update(ByteBuffer.allocate(HEAD).putInt(MAGIC).putLong(covers).flip());
    return (int) sum.getValue();
  }

  /** Goes on behind so many good bytes; what follows them is cut off. */
  static JournalWriter append(Path path, long good) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE);
    file.truncate(good);
    file.position(good);
    return new JournalWriter(file, good);
  }

  /** Bytes written so far, those in the buffer included. */
  long size() {
    return size;
  }

  /** Appends an entry that begins with its kind. */
  void entry(byte[] entry) throws IOException {
    if (buffer.remaining() < ENTRY_HEAD + entry.length) {
      flush();
    }
    crc.reset();
    crc.update(entry, 0, entry.length);
    buffer.putInt(entry.length).putInt((int) crc.getValue()).put(entry);
    size += ENTRY_HEAD + entry.length;
  }

  void entry(int kind, byte[] content, int length) throws IOException {
    if (buffer.remaining() < ENTRY_HEAD + 1 + length) {
      flush();
    }
    crc.reset();
    crc.update(kind);
    crc.update(content, 0, length);
    buffer.putInt(1 + length).putInt((int) crc.getValue()).put((byte) kind);
    buffer.put(content, 0, length);
    size += ENTRY_HEAD + 1 + length;
  }

  /** Gives the buffer to the system: from here on it survives the end of this process. */
  void flush() throws IOException {
    buffer.flip();
    unsynced |= buffer.hasRemaining();
    try {
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    } finally {
      buffer.clear();
    }
  }

  /** Has the disk hold all that was written. */
  void sync() throws IOException {
    flush();
    if (unsynced) {
      file.force(false);
      unsynced = false;
    }
  }

  /** Closes the file; what is in the buffer is lost. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
