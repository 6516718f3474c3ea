// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the configuration, on a record component. The record is the schema: the component's name in lower-dash is the
 * key, its type says what is accepted, this annotation gives the default and the reference text.
 *
 * <p>A component without default that is not {@code @Nullable} and not a list, map or record is required. An absent record
 * is bound with all its defaults. The record's compact constructor validates and throws {@link SettingException} or
 * {@link IllegalArgumentException}. A record with {@code public static X of(String)} has a short form; any class with
 * {@code public static X parse(String)} is a scalar.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** What it does and why the default is what it is; one or two plain sentences. */
  String doc();

  /** The default as the operator would write it; empty for none. */
  String value() default "";

  /** The word {@code off} is accepted and gives null. */
  boolean off() default false;
}
