package dev.continuo.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    /** Keys that were made by another program after the description of the format. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000,"
                + "cto_00000000000000000000000000000000000000000000uCLUs",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
                + "cto_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp12puw4E",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
                + "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa6"
    })
    void theFormatIsTheDescribedOne(String random, String text) {
        ApiKey key = ApiKey.of(HexFormat.of().parseHex(random));
        assertThat(key.text()).isEqualTo(text).hasSize(53);
        assertThat(ApiKey.parse(text))
                .hasValueSatisfying(parsed -> assertThat(parsed.hash()).isEqualTo(key.hash()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cto_",
                "key123",
                "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa",
                "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa66",
                "CTO_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa6",
                "ctx_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa6",
                "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa7",
                "cto_-03aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa6",
                "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa ",
                " cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa"
            })
    void whatIsNoKeyIsNotTakenForOne(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }

    @Test
    void aKeyWithOneWrongLetterIsNoKey() {
        byte[] random = new byte[ApiKey.RANDOM_BYTES];
        new Random(7).nextBytes(random);
        String text = ApiKey.of(random).text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(ApiKey.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
        }
    }

    @Test
    void onlyItsTextTellsTheKey() {
        byte[] random = new byte[ApiKey.RANDOM_BYTES];
        Arrays.fill(random, (byte) 9);
        ApiKey key = ApiKey.of(random);
        assertThat(key.prefix()).hasSize(8);
        assertThat(key.text()).startsWith(key.prefix());
        assertThat(key).hasToString(key.prefix());
    }

    @Test
    void aKeyNeedsAllItsRandomBytes() {
        assertThatThrownBy(() -> ApiKey.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"user, USER", "admin, ADMIN", "USER,", "root,", "'',"})
    void aRoleIsFoundByItsWord(String word, Role role) {
        assertThat(Role.of(word).orElse(null)).isEqualTo(role);
    }
}
