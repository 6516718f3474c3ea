// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop on a platform thread that waits in a {@link Selector}. It sleeps until a socket is ready,
 * a command comes or the next timer is due; there is no tick, so an idle loop never wakes.
 *
 * <p>One cycle: wait, read the clock, fire timers, serve ready sockets, run commands.
 *
 * <p>Whoever holds the baton is the loop: its own thread from waking to sleeping, and while that
 * sleeps the thread of another loop that has {@link #borrow}ed it.
 *
 * <p>Shared: see docs/ownership.md. Only {@link #execute}, {@link #borrow}, {@link #busyPermille},
 * {@link #start} and {@link #stop} may be called from outside.
 */
public final class SelectorLoop implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(SelectorLoop.class);
  private static final int COMMANDS_PER_CYCLE = 1024;
  private static final int SPINS = 1000;
  private static final long PAUSE_NS = 50_000;
  // A select that took so long waited for something.
  private static final long WAITED_NS = 50_000;
  // What one cycle adds at most to the time without a moment of rest: a pause of the machine makes
  // one long cycle, too much work many.
  private static final long CYCLE_COUNTS_NS = 10_000_000;

  private final int index;
  private final Runnable onError;
  private final Selector selector;
  private final LoopThread thread;
  private final TimerWheel timers;
  private final MpscUnboundedArrayQueue<Runnable> commands =
      new MpscUnboundedArrayQueue<>(COMMANDS_PER_CYCLE);
  private final AtomicBoolean asleep = new AtomicBoolean();
  // Held by the thread that is the loop now; before the start and behind the end by nobody's.
  private final AtomicBoolean baton = new AtomicBoolean(true);
  private final BusyMeter busy = new BusyMeter();
  private final AtomicLong cycles = new AtomicLong();
  private final Consumer<SelectionKey> collect = this::collect;
  private @Nullable SelectionKey[] ready = new SelectionKey[64];
  private int readyCount;
  private long nowNs;
  private long sleepsUntilNs;
  private long standingQueueNs;
  private boolean interestChanged;
  private @Nullable SelectorLoop borrower;
  private volatile boolean stopping;
  private volatile boolean stopped;

  /**
   * @param onError told of every throwable that a command, timer or socket let escape; it is logged
   *     here already
   */
  public SelectorLoop(int index, Runnable onError) {
    this.index = index;
    this.onError = onError;
    this.nowNs = System.nanoTime();
    this.timers = new TimerWheel(nowNs);
    this.thread = new LoopThread(this);
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector", e);
    }
  }

  /** The loop that this thread is now, or null on other threads. */
  public static @Nullable SelectorLoop current() {
    return Thread.currentThread() instanceof LoopThread t ? t.acting : null;
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** True from start to end of the thread. */
  public boolean running() {
    return thread.isAlive();
  }

  /**
   * Runs what is queued, then ends the thread and closes the selector. False when that took longer
   * than allowed.
   */
  public boolean stop(Duration wait) {
    stopping = true;
    if (!thread.isAlive()) {
      close();
      return true;
    }
    selector.wakeup();
    try {
      return thread.join(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Has the listener told, on this loop, when the channel is ready. Called on the loop, or before
   * it is started.
   */
  public SelectionKey register(SelectableChannel channel, int operations, ReadyListener listener)
      throws ClosedChannelException {
    interestChanged = true;
    return channel.register(selector, operations, listener);
  }

  /** Changes what a registered channel waits for. On the loop. */
  public void interest(SelectionKey key, int operations) {
    interestChanged = true;
    key.interestOps(operations);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public long standingQueueNs() {
    return standingQueueNs;
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public boolean inLoop() {
    return current() == this;
  }

  @Override
  public boolean borrow() {
    if (!(Thread.currentThread() instanceof LoopThread other)
        || !baton.compareAndSet(false, true)) {
      return false;
    }
    borrower = other.acting;
    other.acting = this;
    interestChanged = false;
    nowNs = System.nanoTime();
    fireTimers();
    runCommands();
    if (commands.isEmpty()) {
      return true;
    }
    // More than one cycle takes: what the borrower has would overtake what it gave before.
    giveBack();
    return false;
  }

  @Override
  public void giveBack() {
    if (Thread.currentThread() instanceof LoopThread other && borrower != null) {
      other.acting = borrower;
    }
    borrower = null;
    boolean wake = interestChanged || timers.nextDeadlineNs() < sleepsUntilNs;
    baton.set(false);
    // Commands too: who gave one while the loop was borrowed may have found it awake.
    if (wake || !commands.isEmpty()) {
      wake();
    }
  }

  /** As {@link Loop#execute}. A command given to a loop that has stopped is forgotten. */
  @Override
  public void execute(Runnable command) {
    if (stopped) {
      return;
    }
    commands.add(command);
    wake();
  }

  private void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  /**
   * The share of time, in thousandths, that the loop did not sleep since this was asked last. For
   * one meter only.
   */
  public long busyPermille() {
    return busy.permille(System.nanoTime());
  }

  /** How often the loop came back from waiting. */
  public long cycles() {
    return cycles.get();
  }

  private void run() {
    LOG.debug("loop {} runs", index);
    while (!stopping) {
      cycle();
    }
    for (int i = 0; i < COMMANDS_PER_CYCLE && !commands.isEmpty(); i++) {
      runCommands();
    }
    close();
  }

  private void cycle() {
    long before = nowNs;
    long sleepsNs = System.nanoTime();
    try {
      busy.sleeps(sleepsNs);
      await();
    } catch (Throwable e) {
      failed("select", e, null);
    }
    nowNs = System.nanoTime();
    busy.wakes(nowNs);
    boolean rested = nowNs - sleepsNs > WAITED_NS || readyCount == 0 && commands.isEmpty();
    standingQueueNs = rested ? 0 : standingQueueNs + Math.min(nowNs - before, CYCLE_COUNTS_NS);
    cycles.lazySet(cycles.get() + 1);
    fireTimers();
    serveSockets();
    runCommands();
  }

  private void await() throws IOException {
    if (!commands.isEmpty()) {
      selector.selectNow(collect);
      return;
    }
    long deadline = timers.nextDeadlineNs();
    sleepsUntilNs = deadline;
    long timeoutMs = 0;
    if (deadline != Long.MAX_VALUE) {
      long waitNs = deadline - System.nanoTime();
      if (waitNs <= 0) {
        selector.selectNow(collect);
        return;
      }
      timeoutMs = (waitNs + 999_999) / 1_000_000;
    }
    asleep.set(true);
    if (commands.isEmpty() && !stopping) {
      baton.set(false);
      try {
        selector.select(collect, timeoutMs);
      } finally {
        takeBaton();
      }
    } else {
      selector.selectNow(collect);
    }
    asleep.set(false);
  }

  // Who has borrowed the loop is awake and soon done, unless the machine is out of processors.
  private void takeBaton() {
    for (int i = 0; !baton.compareAndSet(false, true); i++) {
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
  }

  // Sockets are served after the clock is read, not inside select, so that nobody arms a timer by a
  // stale clock.
  private void collect(SelectionKey key) {
    if (readyCount == ready.length) {
      ready = Arrays.copyOf(ready, readyCount * 2);
    }
    ready[readyCount++] = key;
  }

  private void fireTimers() {
    boolean again = true;
    while (again) {
      try {
        timers.advance(nowNs);
        again = false;
      } catch (Throwable e) {
        failed("timer", e, timers::failed);
      }
    }
  }

  private void serveSockets() {
    for (int i = 0; i < readyCount; i++) {
      SelectionKey key = ready[i];
      ready[i] = null;
      ReadyListener listener =
          key != null && key.attachment() instanceof ReadyListener r ? r : null;
      try {
        if (listener != null && key.isValid()) {
          listener.onReady(key);
        }
      } catch (Throwable e) {
        failed("socket", e, listener == null ? null : listener::onDefect);
      }
    }
    readyCount = 0;
  }

  private void runCommands() {
    // What a command gives meanwhile waits until the sockets have been served.
    int waiting = Math.min(COMMANDS_PER_CYCLE, commands.size());
    for (int i = 0; i < waiting; i++) {
      Runnable command = commands.poll();
      if (command == null) {
        return;
      }
      try {
        command.run();
      } catch (Throwable e) {
        failed("command", e, null);
      }
    }
  }

  // A defect. Whoever waits for the step is told, so that it ends what it began.
  private void failed(String where, Throwable e, @Nullable StepFailureHandler more) {
    LOG.error("loop {}: a {} failed, of {}", index, where, title(steps().current()), e);
    onError.run();
    try {
      steps().failed();
      if (more != null) {
        more.onDefect();
      }
    } catch (Throwable again) {
      LOG.error("loop {}: and to end what it began failed too", index, again);
      onError.run();
    }
  }

  private static String title(@Nullable StepFailureHandler who) {
    try {
      return who == null ? "nobody's request" : who.toString();
    } catch (RuntimeException e) {
      return who.getClass().getSimpleName();
    }
  }

  private void close() {
    stopped = true;
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("loop {}: closing the selector failed", index, e);
    }
  }

  private static final class LoopThread extends Thread {
    private final SelectorLoop loop;
    private SelectorLoop acting;

    LoopThread(SelectorLoop loop) {
      super("fl-loop-" + loop.index);
      this.loop = loop;
      this.acting = loop;
    }

    @Override
    public void run() {
      loop.run();
    }
  }
}
