// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Event sockets that say what the test has them say, in virtual time. The latest session of each
 * target is found by the target's name. Owned by one loop.
 */
public final class FakeEsl implements EslConnector {
  private final Map<String, Session> sessions = new HashMap<>();
  private int opened;

  @Override
  public EslSession open(EslTarget target, Loop home, EslListener listener) {
    opened++;
    Session session = new Session(target, home, listener);
    sessions.put(target.name(), session);
    return session;
  }

  /** How often a session was begun. */
  public int opened() {
    return opened;
  }

  /** The session with that target. */
  public Session of(String name) {
    return Objects.requireNonNull(sessions.get(name), () -> "no session with " + name);
  }

  /** One session, with the FreeSWITCH at its other end. */
  public static final class Session implements EslSession {
    private final EslTarget target;
    private final Loop home;
    private final EslListener listener;
    private final Timer beats = Timer.of(this::onBeat);

    /** What commands are answered; any other is one that FreeSWITCH does not know. */
    public final Map<String, String> answers = new HashMap<>();

    /** What heartbeats say, besides what changes with time. */
    public final Map<String, String> figures = new LinkedHashMap<>();

    /** All commands, in order. */
    public final List<String> commands = new ArrayList<>();

    /** While true, answers are kept back until {@link #release}. */
    public boolean slow;

    /** How often it was told to try now. */
    public int hastened;

    private final List<Consumer<Boolean>> heldBack = new ArrayList<>();
    private boolean connected;
    private boolean closed;
    private boolean silent;
    private int core = 1;
    private long startedNs;
    private Duration interval = Duration.ofSeconds(20);

    private Session(EslTarget target, Loop home, EslListener listener) {
      this.target = target;
      this.home = home;
      this.listener = listener;
      this.startedNs = home.nowNs();
      answers.put("fsctl pause_check inbound", "false");
      answers.put("fsctl shutdown_check", "false");
      answers.put("conference list summary", "No active conferences.\n");
      figures.put("FreeSWITCH-Switchname", target.name());
      figures.put("FreeSWITCH-Version", "1.11.1-release");
      figures.put("Session-Count", "0");
      figures.put("Max-Sessions", "2000");
      figures.put("Session-Per-Sec", "500");
      figures.put("Session-Per-Sec-Last", "0");
      figures.put("Idle-CPU", "97.500000");
    }

    /** Where it was to connect, and how. */
    public EslTarget target() {
      return target;
    }

    /** True when it was closed from our side. */
    public boolean closed() {
      return closed;
    }

    /** Gets through. */
    public Session connect() {
      connected = true;
      silent = false;
      tell(listener::onConnected);
      return this;
    }

    /** Is cut, or an attempt fails. */
    public void fail(EslSessionError problem, String why) {
      connected = false;
      answerHeldBack(false);
      tell(() -> listener.onDown(problem, why));
    }

    /** Sends a heartbeat now, and from now on whenever the interval has gone by. */
    public Session beats(Duration every) {
      interval = every;
      home.execute(this::onBeat);
      return this;
    }

    /** Says and answers nothing more, and nobody notices: packets are dropped. */
    public void silence() {
      silent = true;
    }

    /** Sends one heartbeat now. */
    public void beat() {
      Map<String, String> headers = new HashMap<>(figures);
      long up = home.nowNs() - startedNs;
      headers.put("Event-Name", "HEARTBEAT");
      headers.put("Core-UUID", "core-" + core);
      headers.put("Uptime-msec", Long.toString(up / 1_000_000));
      headers.put("Event-Date-Timestamp", Long.toString(home.nowNs() / 1_000));
      event(new EslEvent(headers, ""));
    }

    /** Sends an event with these headers: name, value, name, value. */
    public void event(String... headers) {
      Map<String, String> map = new HashMap<>();
      for (int i = 0; i < headers.length; i += 2) {
        map.put(headers[i], headers[i + 1]);
      }
      event(new EslEvent(map, ""));
    }

    /** A CUSTOM event with these headers. */
    public void custom(String subclass, String... headers) {
      Map<String, String> map = new HashMap<>();
      map.put("Event-Name", "CUSTOM");
      map.put("Event-Subclass", subclass);
      for (int i = 0; i < headers.length; i += 2) {
        map.put(headers[i], headers[i + 1]);
      }
      event(new EslEvent(map, ""));
    }

    private void event(EslEvent event) {
      if (connected && !silent) {
        tell(() -> listener.onEvent(event));
      }
    }

    /** Is another process from now on, started at this moment. */
    public void restart() {
      core++;
      startedNs = home.nowNs();
    }

    /** Lets the answers go that were kept back. */
    public void release() {
      slow = false;
      answerHeldBack(true);
    }

    /** Lets so many of the answers go that were kept back, those of the first commands. */
    public void releaseFirst(int count) {
      List<Consumer<Boolean>> first = List.copyOf(heldBack.subList(0, count));
      heldBack.subList(0, count).clear();
      home.execute(() -> first.forEach(each -> each.accept(true)));
    }

    /** Sends an event that cannot be read. */
    public void unreadable() {
      tell(listener::onUnreadable);
    }

    private void answerHeldBack(boolean well) {
      List<Consumer<Boolean>> all = List.copyOf(heldBack);
      heldBack.clear();
      home.execute(() -> all.forEach(each -> each.accept(well)));
    }

    private void onBeat() {
      if (!closed) {
        beat();
        home.timers().schedule(beats, interval.toNanos());
      }
    }

    private void tell(Runnable what) {
      home.execute(() -> {
        if (!closed) {
          what.run();
        }
      });
    }

    @Override
    public void api(String command, Consumer<EslReply> then) {
      commands.add(command);
      if (!connected) {
        then.accept(new EslReply.Failed("not connected"));
      } else if (silent) {
        Timer timeout = Timer.of(() -> then.accept(new EslReply.Failed("no answer")));
        home.timers().schedule(timeout, target.settings().timeout().toNanos());
      } else {
        EslReply answer = new EslReply.Text(said(command));
        if (slow) {
          heldBack.add(well -> then.accept(well ? answer : new EslReply.Failed("cut")));
        } else {
          home.execute(() -> then.accept(answer));
        }
      }
    }

    private String said(String command) {
      String told = answers.get(command);
      return told != null
          ? told
          : switch (command) {
            case "global_getvar core_uuid" -> "core-" + core;
            case "uptime ms" -> (home.nowNs() - startedNs) / 1_000_000 + "\n";
            default -> "-ERR " + command.split(" ")[0] + " Command not found!\n";
          };
    }

    @Override
    public void hasten() {
      hastened++;
    }

    /** How often a command was given. */
    public int asked(String command) {
      return (int) commands.stream().filter(command::equals).count();
    }

    @Override
    public void close() {
      closed = true;
      connected = false;
      home.timers().cancel(beats);
    }
  }
}
