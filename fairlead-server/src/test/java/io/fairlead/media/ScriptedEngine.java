// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine for tests: replaces 192.0.2.x by 198.51.100.9, writes down what it is told, refuses or
 * keeps waiting when told to. Owned by one test.
 */
public final class ScriptedEngine implements MediaEngine {
  /** What it was told, in order. */
  public final List<String> told = new ArrayList<>();

  /** The callees that were confirmed, "reopened" between them. */
  public final List<String> confirmed = new ArrayList<>();

  /** Outcomes that wait while {@link #holding}. */
  public final List<Runnable> waiting = new ArrayList<>();

  private final String name;
  private @Nullable RefusalCause refusal;
  private boolean holding;
  private MediaReport report = MediaReport.NONE;
  private @Nullable MediaObserver observer;

  /** An engine of that name that takes everything. */
  public ScriptedEngine(String name) {
    this.name = name;
  }

  /** Refuses from now on; null to take again. */
  public void refuse(@Nullable RefusalCause cause) {
    refusal = cause;
  }

  /** Has outcomes wait in {@link #waiting} from now on. */
  public void hold() {
    holding = true;
  }

  /** What it reports. */
  public void report(MediaReport what) {
    report = what;
  }

  /** The observer of the last call. */
  public MediaObserver observer() {
    if (observer == null) {
      throw new AssertionError("no call");
    }
    return observer;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver whom) {
    observer = whom;
    told.add(
        "open %s %s %s>%s"
            .formatted(
                request.callId(),
                request.callerTag(),
                request.callerNetwork(),
                request.calleeNetwork()));
    return new Relayed();
  }

  /** One call. */
  private final class Relayed implements MediaCall {
    @Override
    public void describe(ReceivedDescription description, Outcome outcome) {
      String text = new String(description.sdp(), StandardCharsets.ISO_8859_1);
      told.add(
          "%s %s '%s' from %s: %s"
              .formatted(
                  description.offer() ? "offer" : "answer",
                  description.from(),
                  description.calleeTag(),
                  description.source(),
                  text.lines().filter(line -> line.startsWith("c=")).findFirst().orElse("-")));
      RefusalCause cause = refusal;
      byte[] out =
          text.replaceAll("192\\.0\\.2\\.[0-9]+", "198.51.100.9")
              .getBytes(StandardCharsets.ISO_8859_1);
      Runnable tell =
          () -> {
            if (cause == null) {
              outcome.rewritten(out, 0, out.length);
            } else {
              outcome.refused(cause);
            }
          };
      if (holding) {
        waiting.add(tell);
      } else {
        tell.run();
      }
    }

    @Override
    public void confirmed(String calleeTag) {
      confirmed.add(calleeTag);
    }

    @Override
    public void reopened() {
      confirmed.add("reopened");
    }

    @Override
    public void rejected(Side offerer) {
      told.add("rejected " + offerer);
    }

    @Override
    public void moveCallee(String calleeNetwork) {
      told.add("move " + calleeNetwork);
    }

    @Override
    public void end(Consumer<MediaReport> then) {
      told.add("end");
      then.accept(report);
    }

    @Override
    public MediaReport report() {
      return report;
    }
  }
}
