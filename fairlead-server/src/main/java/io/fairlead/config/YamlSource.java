// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A configuration text and what is needed to understand it: its name for messages, the directory
 * that relative paths start from, and the environment that {@code ${NAME}} is read from. Immutable.
 *
 * @param name as shown in messages
 * @param text the YAML
 * @param directory where relative paths and {@code file:} secrets start
 * @param environment variables by name
 */
public record YamlSource(
    String name, String text, Path directory, Map<String, String> environment) {
  /** The largest file that is read, in bytes. */
  static final int LIMIT = 1 << 20;

  /** A text that is no file; relative paths start in the current directory. */
  public static YamlSource of(String name, String text) {
    return new YamlSource(name, text, Path.of(""), System.getenv());
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException when it cannot be read, is too large or is no UTF-8
   */
  public static YamlSource read(Path file) {
    byte[] bytes = bytes(file);
    Path directory = file.toAbsolutePath().getParent();
    return new YamlSource(
        file.toString(),
        decode(file, bytes),
        directory == null ? file : directory,
        System.getenv());
  }

  /** The same text with another environment. */
  public YamlSource withEnvironment(Map<String, String> variables) {
    return new YamlSource(name, text, directory, Map.copyOf(variables));
  }

  /** The same text with another start for relative paths. */
  public YamlSource withDirectory(Path start) {
    return new YamlSource(name, text, start, environment);
  }

  /** A line of the text, from 1; empty when there is none. */
  public String line(int number) {
    return number < 1 ? "" : text.lines().skip(number - 1L).findFirst().orElse("");
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw refused(file, "the file is larger than 1 MiB");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw refused(file, "there is no such file");
    } catch (IOException e) {
      throw refused(file, "the file cannot be read: " + e.getMessage());
    }
  }

  private static String decode(Path file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "the file is not UTF-8 text");
    }
  }

  private static ConfigException refused(Path file, String message) {
    return new ConfigException(ConfigError.of(file.toString(), message));
  }
}
