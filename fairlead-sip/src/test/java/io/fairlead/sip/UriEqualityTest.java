// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriEqualityTest {
  private final UriEquality uris = new UriEquality();

  private boolean same(String one, String other) {
    byte[] a = one.getBytes(StandardCharsets.UTF_8);
    byte[] b = other.getBytes(StandardCharsets.UTF_8);
    return uris.same(a, 0, a.length, b, 0, b.length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // RFC 3261 §19.1.4: equivalent
        "sip:%61lice@atlanta.com;transport=TCP | sip:alice@AtLanTa.CoM;Transport=tcp | true",
        "sip:carol@chicago.com | sip:carol@chicago.com;newparam=5 | true",
        "sip:carol@chicago.com | sip:carol@chicago.com;security=on | true",
        "sip:carol@chicago.com;newparam=5 | sip:carol@chicago.com;security=on | true",
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com |"
            + " sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com | true",
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent |"
            + " sip:alice@atlanta.com?priority=urgent&subject=project%20x | true",
        // RFC 3261 §19.1.4: not equivalent
        "SIP:ALICE@AtLanTa.CoM;Transport=udp | sip:alice@AtLanTa.CoM;Transport=UDP | false",
        "sip:bob@biloxi.com | sip:bob@biloxi.com:5060 | false",
        "sip:bob@biloxi.com | sip:bob@biloxi.com;transport=udp | false",
        "sip:bob@biloxi.com:6000 | sip:bob@biloxi.com;transport=tcp | false",
        "sip:carol@chicago.com | sip:carol@chicago.com?Subject=next%20meeting | false",
        "sip:bob@phone21.boxesbybob.com | sip:bob@192.0.2.4 | false",
        "sip:carol@chicago.com;security=on | sip:carol@chicago.com;security=off | false",
        // others
        "sip:bob@biloxi.com | sips:bob@biloxi.com | false",
        "sip:bob@biloxi.com;user=phone | sip:bob@biloxi.com | false",
        "sip:bob@biloxi.com | sip:bob@biloxi.com;maddr=192.0.2.1 | false",
        "sip:bob@biloxi.com;method=INVITE | sip:bob@biloxi.com | false",
        "sip:bob@biloxi.com | sip:bob@biloxi.com;ttl=1 | false",
        "sip:bob:secret@biloxi.com | sip:bob@biloxi.com | false",
        "sip:bob:secret@biloxi.com | sip:bob:secret@biloxi.com;x | true",
        "sip:bob@biloxi.com | sip:biloxi.com | false",
        "sip:a%3bb@biloxi.com | sip:a;b@biloxi.com | false",
        "sip:a%3bb@biloxi.com | sip:a%3Bb@biloxi.com | true",
        "sip:bob@[2001:DB8::1] | sip:bob@[2001:db8::1] | true",
        "sip:bob@biloxi.com;lr | sip:bob@biloxi.com;LR;ob | true",
        "tel:+4930 | tel:+4930 | true",
        "tel:+4930 | tel:+4931 | false",
      })
  void compares(String one, String other, boolean same) {
    assertThat(same(one, other)).isEqualTo(same);
    assertThat(same(other, one)).isEqualTo(same);
  }
}
