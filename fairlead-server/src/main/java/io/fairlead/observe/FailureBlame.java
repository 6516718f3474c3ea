// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.EnumSet;
import java.util.List;

/**
 * Whose fault the failure of a request was, and by what evidence: fields of the log line and labels
 * of the meter in one place. Immutable.
 */
public enum FailureBlame {
  NONE("", "", "nothing failed"),
  BETTER_ELSEWHERE("backend", "better-elsewhere", "another backend did better with the request"),
  NO_ROOM("backend", "no-room", "it refused different destinations in a row as a full one does"),
  DESTINATIONS("backend", "destinations", "different destinations in a row failed there alone"),
  SILENT("backend", "silent", "it did not answer in time"),
  UNREACHABLE("backend", "unreachable", "the request could not be delivered"),
  FAILED_EVERYWHERE("call", "failed-everywhere", "every backend that was asked failed the request"),
  NOT_COMPARED("unknown", "not-compared", "no other backend was asked");

  /** All but {@link #NONE}. */
  public static final List<FailureBlame> FAULTS =
      List.copyOf(EnumSet.complementOf(EnumSet.of(NONE)));

  private final String fault;
  private final String evidence;
  private final String doc;

  FailureBlame(String fault, String evidence, String doc) {
    this.fault = fault;
    this.evidence = evidence;
    this.doc = doc;
  }

  /** Whose fault it was: {@code backend}, {@code call} or {@code unknown}. */
  public String fault() {
    return fault;
  }

  /** What shows it, in one word. */
  public String evidence() {
    return evidence;
  }

  /** What shows it, for the reference page. */
  public String doc() {
    return doc;
  }

  /** True when a backend is to blame. */
  public boolean onBackend() {
    return fault.equals("backend");
  }
}
