// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
  // Whose Content-Length is still to be made right; null when there is none.
  private @Nullable SipMessage measured;
  private final SipWriter text = new SipWriter(512);

  /** Begins a new list on the message; its Content-Length follows what becomes of its body. */
  public Edit on(SipMessage message) {
    on(message.bytes(), message.start(), message.end());
    measured = message;
    return this;
  }

  /** Begins a new list on a range of bytes. */
  public Edit on(byte[] bytes, int begin, int until) {
    source = bytes;
    start = begin;
    end = until;
    measured = null;
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

  /**
   * The edits so far, to be made later on the same message or a kept copy of it.
   *
   * @return null when there are none
   */
  public @Nullable DetachedEdits save() {
    closeText();
    if (count == 0) {
      return null;
    }
    int[] places = Arrays.copyOf(edits, count);
    for (int i = 0; i < count; i += SIZE) {
      places[i + FROM] -= start;
      places[i + TO] -= start;
    }
    return new DetachedEdits(places, text.copy());
  }

  /** Makes saved edits, behind those that are there at the same places. */
  public void add(DetachedEdits saved) {
    int[] places = saved.places();
    for (int i = 0; i < places.length; i += SIZE) {
      replace(start + places[i + FROM], start + places[i + TO])
          .put(saved.text(), places[i + TEXT_FROM], places[i + TEXT_TO]);
    }
  }

  /** True when nothing was cut or inserted. */
  public boolean isEmpty() {
    return count == 0;
  }

  /**
   * By how many bytes a range grows by the edits so far, below zero when it shrinks: what a
   * Content-Length changes by. Inserts at both ends of the range belong to it.
   */
  public int growth(int begin, int until) {
    closeText();
    int[] all = edits;
    int growth = 0;
    int at = begin;
    for (int i = 0; i < count; i += SIZE) {
      if (all[i + FROM] >= begin && all[i + FROM] <= until) {
        growth += all[i + TEXT_TO] - all[i + TEXT_FROM];
        growth -= Math.max(0, all[i + TO] - Math.max(at, all[i + FROM]));
        at = Math.max(at, all[i + TO]);
      }
    }
    return growth;
  }

  /**
   * Appends the edited message to the writer.
   *
   * @return the number of bytes appended
   */
  public int write(SipWriter out) {
    if (measured != null) {
      measure(measured);
      measured = null;
    }
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

  private void measure(SipMessage m) {
    int header = m.first(HeaderName.CONTENT_LENGTH);
    boolean sameBody = count == 0 || edits[count - SIZE + FROM] < m.bodyStart();
    if (header >= 0 && sameBody) {
      return;
    }
    int body = m.end() - m.bodyStart() + growth(m.bodyStart(), m.end());
    if (header < 0) {
      insert(m.headersEnd()).put("Content-Length: ").number(body).line();
    }
    // Some say it twice, and alike.
    for (int i = header; i >= 0; i = m.next(HeaderName.CONTENT_LENGTH, i)) {
      replace(m.valueStart(i), m.valueEnd(i)).number(body);
    }
  }

  // Only the edit added last grows.
  private void closeText() {
    if (open >= 0) {
      edits[open + TEXT_TO] = text.length();
      open = -1;
    }
  }
}
