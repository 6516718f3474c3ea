// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import org.jitsi.utils.ByteArrayBuffer;

/** A packet as jitsi-srtp wants it, at the begin of an array. Owned by one thread. */
final class JitsiPacket implements ByteArrayBuffer {
  private final byte[] bytes;
  private int length;

  JitsiPacket(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public byte[] getBuffer() {
    return bytes;
  }

  @Override
  public int getOffset() {
    return 0;
  }

  @Override
  public int getLength() {
    return length;
  }

  @Override
  public void setLength(int newLength) {
    length = newLength;
  }

  @Override
  public void setOffset(int offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isInvalid() {
    return false;
  }

  @Override
  public void readRegionToBuff(int offset, int count, byte[] into) {
    System.arraycopy(bytes, offset, into, 0, count);
  }

  @Override
  public void grow(int by) {}

  @Override
  public void append(byte[] data, int count) {
    System.arraycopy(data, 0, bytes, length, count);
    length += count;
  }

  @Override
  public void shrink(int by) {
    length -= by;
  }
}
