// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the configuration, on a record component. The record is the schema: the component's
 * name in lower-dash is the key, its type says what is accepted, this annotation gives the default
 * and the reference text.
 *
 * <p>A component without default that is not {@code @Nullable} and not a list, map or record is
 * required. An absent record is bound with all its defaults; one that needs a key is required
 * itself. The record's compact constructor validates and throws {@link SettingException} or {@link
 * IllegalArgumentException}.
 *
 * <p>A record has a short form when one component is the {@link #shortForm} or when it has {@code
 * public static X of(String)}. Any class with {@code public static X parse(String)} throwing {@link
 * IllegalArgumentException} is a scalar; it may also have {@code public static String expected()},
 * such as {@code a network such as `10.0.0.0/8`}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What it does and why the default is what it is; one or two plain sentences. */
  String doc();

  /** The default as the operator would write it, lists and keys in brackets; empty for none. */
  String value() default "";

  /** The key, where it cannot be the component's name: {@code default} is a word of Java. */
  String key() default "";

  /**
   * The word {@code off} is accepted and gives null, so the component is {@code @Nullable}; for a
   * record {@code on} gives all its defaults. When the key is absent a record has its defaults all
   * the same; for off by default {@link #value} is {@code off}.
   */
  boolean off() default false;

  /**
   * A single value in place of the whole record is this key's; all other keys keep their defaults.
   */
  boolean shortForm() default false;

  /** For a map: a single value in place of the whole stands under this name; empty for none. */
  String single() default "";

  /**
   * Where a {@link ChosenPlugin} finds its kinds: a class with {@code static List<Plugin<?, E, T>>
   * kinds()}. The choice is written as {@code key: name}, as {@code key: { name: { settings } }},
   * or as {@code key: name} with {@code name: { settings }} beside it.
   */
  Class<?> kinds() default void.class;
}
