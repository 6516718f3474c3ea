// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.util.Arrays;

/**
 * An ordered list of cuts and inserts on a message, applied once while writing: what needs no
 * change is copied, not re-serialised. Reused: {@link #on} begins anew and allocates nothing once
 * the buffers have grown.
 *
 * <p>{@link #replace} and {@link #insert} return the writer for the new text; it must be filled
 * before the next call. Edits may come in any order; two at the same place stay in the order they
 * came. Where cuts overlap, the union is cut.
 *
 * <p>Owned by one loop.
 */
public final class Edit {
  private byte[] source = {};
  private int start;
  private int end;
  private int[] from = new int[16];
  private int[] to = new int[16];
  private int[] textFrom = new int[16];
  private int[] textTo = new int[16];
  private int count;
  private int open = -1;
  private final SipWriter text = new SipWriter(512);

  /** Begins a new list on the message. */
  public Edit on(SipMessage message) {
    return on(message.bytes(), message.start(), message.end());
  }

  /** Begins a new list on a range of bytes. */
  public Edit on(byte[] bytes, int begin, int until) {
    source = bytes;
    start = begin;
    end = until;
    count = 0;
    open = -1;
    text.clear();
    return this;
  }

  /** Cuts a range. */
  public void cut(int begin, int until) {
    replace(begin, until);
  }

  /** Inserts at a position what is then written to the result. */
  public SipWriter insert(int at) {
    return replace(at, at);
  }

  /** Replaces a range by what is then written to the result. */
  public SipWriter replace(int begin, int until) {
    closeText();
    if (count == from.length) {
      grow();
    }
    from[count] = begin;
    to[count] = until;
    textFrom[count] = text.length();
    textTo[count] = text.length();
    open = count++;
    return text;
  }

  /** True when nothing was cut or inserted. */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * Appends the edited message to the writer.
   *
   * @return the number of bytes appended
   */
  public int write(SipWriter out) {
    closeText();
    sort();
    int before = out.length();
    int at = start;
    for (int i = 0; i < count; i++) {
      if (from[i] > at) {
        out.put(source, at, from[i]);
      }
      out.put(text.bytes(), textFrom[i], textTo[i]);
      at = Math.max(at, Math.max(from[i], to[i]));
    }
    out.put(source, at, end);
    return out.length() - before;
  }

  // Only the edit added last grows; after sorting it may stand anywhere, so it is closed once.
  private void closeText() {
    if (open >= 0) {
      textTo[open] = text.length();
      open = -1;
    }
  }

  // Insertion sort: a handful of edits, nearly in order, and it is stable.
  private void sort() {
    for (int i = 1; i < count; i++) {
      for (int j = i; j > 0 && from[j - 1] > from[j]; j--) {
        swap(from, j);
        swap(to, j);
        swap(textFrom, j);
        swap(textTo, j);
      }
    }
  }

  private static void swap(int[] array, int j) {
    int held = array[j];
    array[j] = array[j - 1];
    array[j - 1] = held;
  }

  private void grow() {
    int room = count * 2;
    from = Arrays.copyOf(from, room);
    to = Arrays.copyOf(to, room);
    textFrom = Arrays.copyOf(textFrom, room);
    textTo = Arrays.copyOf(textTo, room);
  }
}
