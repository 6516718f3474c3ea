// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static io.fairlead.esl.EslSessionError.SILENT;

import io.fairlead.loop.Loop;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a session and what becomes of it: two connections, each with virtual threads that
 * wait for what comes and tell it at home.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class EslConnectionPair {
  // So many events wait at home at most; behind them TCP holds up the sender.
  private static final int EVENTS_WAITING = 256;

  private final EslTarget target;
  private final Loop home;
  private final EslConnectionPairListener listener;
  private final EslConnection events;
  private final Semaphore places = new Semaphore(EVENTS_WAITING);
  private final Thread thread;
  // This one belongs to the home loop.
  private EslConnection commands;

  EslConnectionPair(EslTarget target, Loop home, EslConnectionPairListener listener) {
    this.target = target;
    this.home = home;
    this.listener = listener;
    this.events = new EslConnection(target);
    this.commands = new EslConnection(target);
    EslConnection first = commands;
    this.thread = thread(() -> attempt(first));
  }

  private Thread thread(Runnable work) {
    return Thread.ofVirtual().name("fl-esl-" + target.name()).unstarted(work);
  }

  // ---- at home ----

  void start() {
    thread.start();
  }

  /** Sends a command; the answer to the one before must have come. */
  void send(String command) {
    EslConnection to = commands;
    thread(
            () -> {
              EslFailure trouble = to.send("api " + command);
              if (trouble != null) {
                home.execute(() -> onCommandsEnd(to, trouble));
              }
            })
        .start();
  }

  /** Gives up the connection for commands, whatever may still come from it, for a new one. */
  void renew() {
    commands.close();
    EslConnection next = new EslConnection(target);
    commands = next;
    thread(() -> renewed(next)).start();
  }

  void close() {
    events.close();
    commands.close();
    thread.interrupt();
  }

  private void onCommandsEnd(EslConnection from, EslFailure trouble) {
    if (from == commands) {
      listener.onDown(this, trouble);
    }
  }

  private void onAnswer(EslConnection from, String body) {
    if (from == commands) {
      listener.onAnswer(this, body);
    }
  }

  private void onEvent(@Nullable EslEvent event) {
    places.release();
    if (event == null) {
      listener.onUnreadable(this);
    } else {
      listener.onEvent(this, event);
    }
  }

  // ---- in threads of its own ----

  private void attempt(EslConnection first) {
    EslFailure trouble = events.open();
    if (trouble == null) {
      trouble = first.open();
    }
    if (trouble == null) {
      trouble = events.subscribe();
    }
    if (trouble == null) {
      home.execute(() -> listener.onUp(this));
      thread(() -> readAnswers(first)).start();
      trouble = readEvents();
    }
    if (trouble != null) {
      EslFailure end = trouble;
      home.execute(() -> listener.onDown(this, end));
    }
  }

  // Null when it is closed from home.
  private @Nullable EslFailure readEvents() {
    while (true) {
      switch (events.await()) {
        case EslReadResult.Failed(EslFailure trouble) -> {
          return trouble;
        }
        case EslReadResult.Got(EslFrame frame) when EventReader.is(frame) -> {
          EslEvent event = EventReader.read(frame);
          if (!takePlace()) {
            return null;
          }
          home.execute(() -> onEvent(event));
        }
        case EslReadResult.Got(EslFrame _) -> {}
      }
    }
  }

  private boolean takePlace() {
    try {
      places.acquire();
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void readAnswers(EslConnection from) {
    while (true) {
      switch (from.await()) {
        case EslReadResult.Failed(EslFailure trouble) -> {
          home.execute(() -> onCommandsEnd(from, trouble));
          return;
        }
        case EslReadResult.Got(EslFrame frame) when frame.type().equals("api/response") ->
            home.execute(() -> onAnswer(from, frame.text()));
        // What may not be asked is answered so.
        case EslReadResult.Got(EslFrame frame) when frame.type().equals("command/reply") ->
            home.execute(() -> onAnswer(from, frame.reply()));
        case EslReadResult.Got(EslFrame _) -> {}
      }
    }
  }

  private void renewed(EslConnection next) {
    EslFailure trouble = next.open();
    if (trouble == null) {
      home.execute(() -> {
        if (next == commands) {
          listener.onRenewed(this);
        }
      });
      readAnswers(next);
      return;
    }
    boolean silent =
        switch (trouble.problem()) {
          case SILENT, NOT_FREESWITCH, UNREACHABLE -> true;
          case WRONG_PASSWORD, NOT_ALLOWED, MALFORMED, CLOSED -> false;
        };
    EslFailure told =
        silent
            ? new EslFailure(SILENT, "a command had no answer, and then: " + trouble.why())
            : trouble;
    home.execute(() -> onCommandsEnd(next, told));
  }
}
