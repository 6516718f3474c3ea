// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. Java has no supported way to hear of them; the class used here
 * has been there since Java 1.3 and is called by reflection, since the compiler refuses to be asked
 * for it without a warning. Immutable.
 */
public final class Signals {
  private Signals() {}

  /**
   * Runs the action, on a thread of its own, whenever the signal arrives.
   *
   * @param name without SIG: {@code HUP}
   * @return false when this virtual machine or system does not let us; then the signal does what it
   *     does by default
   */
  @SuppressWarnings("ReferenceEquality") // the handler has no fields: it equals itself alone
  public static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, args) ->
              switch (method.getName()) {
                case "handle" -> {
                  action.run();
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> args != null && proxy == args[0];
                default -> "signal handler";
              };
      Object ours =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
      Object one = signal.getConstructor(String.class).newInstance(name);
      signal.getMethod("handle", signal, handler).invoke(null, one, ours);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Runs the action at the first SIGTERM or SIGINT; a second one ends the process at once. */
  public static void onStop(Runnable action) {
    Runnable once =
        new Runnable() {
          private boolean asked;

          @Override
          public synchronized void run() {
            if (asked) {
              Runtime.getRuntime().halt(130);
            }
            asked = true;
            action.run();
          }
        };
    on("TERM", once);
    on("INT", once);
  }
}
