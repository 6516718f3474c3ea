// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.net.InetAddress;

/** How this host routes: through which of its interfaces an address is reached. */
interface InterfaceLookup {
  /** Nothing is known. */
  int NOWHERE = -1;

  /** Knows nothing. */
  InterfaceLookup UNKNOWN =
      new InterfaceLookup() {
        @Override
        public int interfaceOf(InetAddress local) {
          return NOWHERE;
        }

        @Override
        public int interfaceTo(InetAddress remote) {
          return NOWHERE;
        }
      };

  /** The number of the interface that has a local address; {@link #NOWHERE} when none has. */
  int interfaceOf(InetAddress local);

  /** The number of the interface that leads to a remote address; {@link #NOWHERE} when none. */
  int interfaceTo(InetAddress remote);
}
