// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.util.Arrays;

/**
 * An ordered list of cuts and inserts on a message, applied once while writing: what needs no
 * change is copied, not re-serialised. Reused: {@link #on} begins anew and allocates nothing once
 * the buffers have grown.
 *
 * <p>What leaves may have come by a transport that allows Content-Length to be left out, and leave
 * by one that does not (RFC 3261 §18.3, §20.14): whatever is made of a message has one.
 *
 * <p>{@link #replace} and {@link #insert} return the writer for the new text; it must be filled
 * before the next call. Edits may come in any order; two at the same place stay in the order they
 * came. Where cuts overlap, the union is cut.
 *
 * <p>Owned by one loop.
 */
public final class Edit {
  private static final int FROM = 0;
  private static final int TO = 1;
  private static final int TEXT_FROM = 2;
  private static final int TEXT_TO = 3;
  private static final int SIZE = 4;

  private byte[] source = {};
  private int start;
  private int end;
  // The edits in order of their places. One edit: where the cut begins and ends in the source, and
  // where its text begins and ends.
  private int[] edits = new int[16 * SIZE];
  private int count;
  private int open = -1;
  private final SipWriter text = new SipWriter(512);

  /** Begins a new list on the message; where it has no Content-Length, with one added. */
  public Edit on(SipMessage message) {
    on(message.bytes(), message.start(), message.end());
    if (!message.has(HeaderName.CONTENT_LENGTH)) {
      int body = message.end() - message.bodyStart();
      insert(message.headersEnd()).put("Content-Length: ").number(body).line();
    }
    return this;
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
    if (count == edits.length) {
      edits = Arrays.copyOf(edits, count * 2);
    }
    int[] all = edits;
    int at = count;
    while (at > 0 && all[at - SIZE + FROM] > begin) {
      at -= SIZE;
    }
    if (at < count) {
      System.arraycopy(all, at, all, at + SIZE, count - at);
    }
    all[at + FROM] = begin;
    all[at + TO] = until;
    all[at + TEXT_FROM] = text.length();
    all[at + TEXT_TO] = text.length();
    open = at;
    count += SIZE;
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
    int[] all = edits;
    int before = out.length();
    int at = start;
    for (int i = 0; i < count; i += SIZE) {
      int from = all[i + FROM];
      if (from > at) {
        out.put(source, at, from);
        at = from;
      }
      out.put(text.bytes(), all[i + TEXT_FROM], all[i + TEXT_TO]);
      at = Math.max(at, all[i + TO]);
    }
    out.put(source, at, end);
    return out.length() - before;
  }

  // Only the edit added last grows.
  private void closeText() {
    if (open >= 0) {
      edits[open + TEXT_TO] = text.length();
      open = -1;
    }
  }
}
