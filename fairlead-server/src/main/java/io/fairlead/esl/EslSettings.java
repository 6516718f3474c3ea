// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** How the event socket of a FreeSWITCH is spoken to. Immutable. */
public record EslSettings(
    @Setting(doc = "The password of its event_socket.conf.xml, `password: file:esl.secret`.")
        Secret password,
    @Setting(value = "8021", doc = "Its listen-port.") int port,
    @Setting(
            doc =
                "The address its event socket listens on. Without it: the backend's own, as calls"
                    + " go to.")
        @Nullable String host,
    @Setting(
            value = "5s",
            doc =
                "How long connecting and each answer may take. A FreeSWITCH under load answers"
                    + " within one second.")
        Duration timeout,
    @Setting(
            value = "5s",
            doc =
                "How often it is asked whether it is paused or shutting down, which no heartbeat"
                    + " says.")
        Duration poll,
    @Setting(
            value = "1s",
            doc =
                "It is connected to again at some moment of this time after a first failure; after"
                    + " each further one, of twice the time.")
        Duration retryFirst,
    @Setting(
            value = "30s",
            doc = "The longest that time becomes. A session that lasts longer begins anew with it.")
        Duration retryLongest,
    @Setting(
            value = "[^-@]+",
            doc =
                "What of the name of a conference or queue a request is matched with: where this"
                    + " regular expression matches at the beginning, its first group, or all of it."
                    + " As it is: 3000 of `3000-pbx.example@default`.")
        String roomKey,
    @Setting(
            value = "20000",
            doc =
                "How many conferences and queues of one FreeSWITCH are remembered, so that one that"
                    + " runs wild does not fill the memory. Callers to a room beyond them are"
                    + " placed as if it were new.")
        int maxRooms) {
  private static final Duration LONGEST = Duration.ofHours(1);

  public EslSettings {
    if (password.lines().size() != 1 || !password.text().equals(password.lines().getFirst())) {
      throw new SettingException("password", "expected one line without space around it");
    }
    if (port < 1 || port > 65535) {
      throw new SettingException("port", "expected 1 to 65535, not " + port);
    }
    if (!timeout.isPositive()) {
      throw new SettingException("timeout", "expected more than zero");
    }
    try {
      Pattern.compile(roomKey);
    } catch (PatternSyntaxException e) {
      throw new SettingException("room-key", "not a regular expression: " + e.getDescription());
    }
    if (maxRooms < 0) {
      throw new SettingException("max-rooms", "expected 0 or more, not " + maxRooms);
    }
    if (!poll.isPositive()) {
      throw new SettingException("poll", "expected more than zero");
    }
    if (!retryFirst.isPositive()) {
      throw new SettingException("retry-first", "expected more than zero");
    }
    if (retryLongest.compareTo(retryFirst) < 0) {
      throw new SettingException("retry-longest", "expected `retry-first` or more");
    }
    if (timeout.compareTo(LONGEST) > 0) {
      throw new SettingException("timeout", "expected at most 1h");
    }
  }
}
