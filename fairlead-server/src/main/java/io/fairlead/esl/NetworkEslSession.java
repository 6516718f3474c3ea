// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.config.Durations;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session over the network.
 *
 * <pre>
 *   CONNECTING --both connections there--> UP --a command has no answer--> RENEWING
 *       ^    \                            /  ^                            /   |
 *       |     `-------- trouble ---------'    `------ new connection ----'    | trouble
 *   retry after a while                 \                                     |
 *       `----------------------------- WAITING <------------------------------'
 * </pre>
 *
 * From each of them {@link #close} leads to CLOSED.
 *
 * <p>Owned by one loop.
 */
final class NetworkEslSession implements EslSession, EslConnectionPairListener {
  // The pool asks three questions at a time; more than so many are a mistake, or wait too long.
  static final int MOST_WAITING = 64;

  private static final Logger LOG = LoggerFactory.getLogger(NetworkEslSession.class);

  private enum State {
    CONNECTING,
    UP,
    RENEWING,
    WAITING,
    CLOSED
  }

  private record Command(String text, Consumer<EslReply> then) {
    void failed(String why) {
      then.accept(new EslReply.Failed(why));
    }
  }

  private final EslTarget target;
  private final Loop home;
  private final EslListener listener;
  private final Consumer<NetworkEslSession> whenClosed;
  private final ReconnectBackoff backoff;
  private final ArrayDeque<Command> waiting = new ArrayDeque<>();
  private final Timer retry = Timer.of(this::connect);
  private final Timer late = Timer.of(this::onLate);
  private State state = State.WAITING;
  private @Nullable EslConnectionPair link;
  private @Nullable Command running;
  private long upSinceNs;

  NetworkEslSession(
      EslTarget target, Loop home, EslListener listener, Consumer<NetworkEslSession> whenClosed) {
    this.target = target;
    this.home = home;
    this.listener = listener;
    this.whenClosed = whenClosed;
    EslSettings settings = target.settings();
    this.backoff =
        new ReconnectBackoff(
            settings.retryFirst(), settings.retryLongest(), new SplittableRandom());
  }

  Loop home() {
    return home;
  }

  /** Begins with the first attempt. */
  void connect() {
    if (state != State.WAITING) {
      return;
    }
    state = State.CONNECTING;
    EslConnectionPair next = new EslConnectionPair(target, home, this);
    link = next;
    next.start();
  }

  // ---- what is asked of it ----

  @Override
  public void api(String command, Consumer<EslReply> then) {
    Command wanted = new Command(command, then);
    switch (state) {
      case CONNECTING, WAITING -> wanted.failed("not connected");
      case CLOSED -> wanted.failed("closed");
      case UP, RENEWING -> {
        if (command.indexOf('\n') >= 0 || command.indexOf('\r') >= 0) {
          wanted.failed("a command is one line");
        } else if (waiting.size() >= MOST_WAITING) {
          wanted.failed(MOST_WAITING + " commands wait already");
        } else {
          waiting.add(wanted);
          sendNext();
        }
      }
    }
  }

  @Override
  public void hasten() {
    if (state == State.WAITING) {
      backoff.reset();
      home.timers().cancel(retry);
      connect();
    }
  }

  private void sendNext() {
    EslConnectionPair over = link;
    if (state != State.UP || over == null || running != null) {
      return;
    }
    Command next = waiting.poll();
    if (next != null) {
      running = next;
      home.timers().schedule(late, target.settings().timeout().toNanos());
      over.send(next.text());
    }
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    home.timers().cancel(retry);
    cut("closed");
    whenClosed.accept(this);
  }

  // The answers that are owed come last: who gets one may ask again.
  private void cut(String why) {
    home.timers().cancel(late);
    EslConnectionPair old = link;
    link = null;
    if (old != null) {
      old.close();
    }
    List<Command> owed = new ArrayList<>(waiting);
    if (running != null) {
      owed.addFirst(running);
    }
    running = null;
    waiting.clear();
    owed.forEach(command -> command.failed(why));
  }

  // ---- what the link tells ----

  @Override
  public void onUp(EslConnectionPair from) {
    if (from != link) {
      return;
    }
    state = State.UP;
    upSinceNs = home.nowNs();
    LOG.debug("{}: connected to its event socket {}", target.name(), target.address());
    listener.onConnected();
  }

  @Override
  public void onEvent(EslConnectionPair from, EslEvent event) {
    if (from == link) {
      listener.onEvent(event);
    }
  }

  @Override
  public void onUnreadable(EslConnectionPair from) {
    if (from == link) {
      listener.onUnreadable();
    }
  }

  @Override
  public void onAnswer(EslConnectionPair from, String body) {
    if (from != link) {
      return;
    }
    Command done = running;
    if (done == null) {
      onDown(from, new EslFailure(EslSessionError.MALFORMED, "an answer that nobody asked for"));
      return;
    }
    running = null;
    home.timers().cancel(late);
    sendNext();
    done.then().accept(new EslReply.Text(body));
  }

  // FreeSWITCH does nothing else on this connection until the command is done, so the others get
  // a new one.
  private void onLate() {
    Command silent = running;
    EslConnectionPair over = link;
    if (silent == null || over == null) {
      return;
    }
    running = null;
    state = State.RENEWING;
    over.renew();
    silent.failed("no answer within " + Durations.text(target.settings().timeout()));
  }

  @Override
  public void onRenewed(EslConnectionPair from) {
    if (from == link) {
      state = State.UP;
      sendNext();
    }
  }

  @Override
  public void onDown(EslConnectionPair from, EslFailure trouble) {
    if (from != link) {
      return;
    }
    boolean stayed =
        switch (state) {
          case UP, RENEWING ->
              home.nowNs() - upSinceNs >= target.settings().retryLongest().toNanos();
          case CONNECTING, WAITING, CLOSED -> false;
        };
    if (stayed) {
      backoff.reset();
    }
    state = State.WAITING;
    home.timers().schedule(retry, backoff.next());
    LOG.debug("{}: {}: {}", target.name(), trouble.problem(), trouble.why());
    cut(trouble.why());
    // One of those who got an answer may have closed it.
    if (state == State.WAITING) {
      listener.onDown(trouble.problem(), trouble.why());
    }
  }
}
