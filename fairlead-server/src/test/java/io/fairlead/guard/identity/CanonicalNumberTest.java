// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Telephone numbers before they are compared. */
class CanonicalNumberTest {
  private static final TelephoneNumberSettings GERMAN =
      new TelephoneNumberSettings("49", "00", "0", null);
  private static final TelephoneNumberSettings AMERICAN =
      new TelephoneNumberSettings("1", "011", null, 10);

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          sip:+12155551212@example.com;user=phone, 12155551212
          sip:+1-215-555-1212@example.com, 12155551212
          sip:+1(215)555.1212;npdi@example.com, 12155551212
          sips:+12155551212:secret@example.com, 12155551212
          tel:+1-215-555-1212;ext=3, 12155551212
          TEL:12155551212, 12155551212
          sip:*69@example.com, *69
          sip:alice@example.com,
          sip:+1alice@example.com,
          sip:+@example.com,
          sip:example.com,
          sip:@example.com,
          mailto:12155551212@example.com,
          urn:service:sos,
          tel:,
          12155551212,
          sip:123456789012345678901234567890123@example.com,
          """)
  void readsUris(String uri, String number) {
    assertThat(new CanonicalNumber(TelephoneNumberSettings.AS_WRITTEN).ofUri(uri))
        .isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "+4930123456, 4930123456",
    "004930123456, 4930123456",
    "030123456, 4930123456",
    "4930123456, 4930123456",
    "030 / 12,",
    "00, 490"
  })
  void nationalNumbersGetTheCountryCode(String dialled, String number) {
    assertThat(new CanonicalNumber(GERMAN).of(dialled)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "2155551212, 12155551212",
    "12155551212, 12155551212",
    "0114930123456, 4930123456",
    "911, 911"
  })
  void whereAllNationalNumbersAreOfOneLengthThatTellsThem(String dialled, String number) {
    assertThat(new CanonicalNumber(AMERICAN).of(dialled)).isEqualTo(number);
  }

  @Test
  void aTrunkPrefixNeedsACountryCode() {
    assertThatThrownBy(() -> new TelephoneNumberSettings(null, null, "0", null))
        .hasMessageContaining("country-code");
  }
}
