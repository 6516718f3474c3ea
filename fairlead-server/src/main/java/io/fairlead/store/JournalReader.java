// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Reads what a {@link JournalWriter} wrote, up to the first entry that is torn or changed. Owned by
 * the thread that reads.
 */
final class JournalReader {
  /** Is shown each entry. */
  interface Visitor {
    /** One of them; the content is borrowed. */
    void entry(int kind, byte[] bytes, int from, int to);
  }

  /**
   * What a file was found to be.
   *
   * @param good how many bytes from its beginning make sense; 0 when not even the head does
   * @param size how many there are
   * @param covers from its head
   */
  record Outcome(long good, long size, long covers) {
    boolean whole() {
      return good == size;
    }
  }

  private static final int BUFFER = 1 << 20;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.wrap(new byte[BUFFER]).flip();
  private final CRC32C crc = new CRC32C();
  private long good;

  private JournalReader(FileChannel file) {
    this.file = file;
  }

  static Outcome read(Path path, Visitor visitor) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      JournalReader reader = new JournalReader(file);
      long covers = reader.head();
      if (reader.good > 0) {
        reader.entries(visitor);
      }
      return new Outcome(reader.good, file.size(), covers);
    }
  }

  private long head() throws IOException {
    if (!has(JournalWriter.HEAD) || buffer.getInt() != JournalWriter.MAGIC) {
      return 0;
    }
    long covers = buffer.getLong();
    if (buffer.getInt() != JournalWriter.headSum(covers)) {
      return 0;
    }
    good = JournalWriter.HEAD;
    return covers;
  }

  private void entries(Visitor visitor) throws IOException {
    byte[] bytes = buffer.array();
    while (has(JournalWriter.ENTRY_HEAD)) {
      int length = buffer.getInt();
      int sum = buffer.getInt();
      if (length < 1 || length > JournalWriter.LONGEST || !has(length)) {
        return;
      }
      int from = buffer.position();
      crc.reset();
      crc.update(bytes, from, length);
      if ((int) crc.getValue() != sum) {
        return;
      }
      visitor.entry(bytes[from], bytes, from + 1, from + length);
      buffer.position(from + length);
      good += JournalWriter.ENTRY_HEAD + length;
    }
  }

  /** True when so many bytes are in the buffer or could be read into it. */
  private boolean has(int count) throws IOException {
    if (buffer.remaining() >= count) {
      return true;
    }
    buffer.compact();
    while (buffer.position() < count && file.read(buffer) >= 0) {}
    while (buffer.hasRemaining() && file.read(buffer) > 0) {}
    buffer.flip();
    return buffer.remaining() >= count;
  }
}
