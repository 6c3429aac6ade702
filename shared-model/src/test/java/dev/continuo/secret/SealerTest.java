package dev.continuo.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealerTest {
    private static final String KEY = Keyring.generate();
    private final Sealer sealer = new Sealer(Keyring.parse(KEY));

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "pässwörd €", "sealed:v1:x", "{\"a\":1}"})
    void whatWasSealedIsUnsealedAsItWas(String plaintext) {
        String sealed = sealer.seal(plaintext, "ns");

        assertThat(Sealer.sealed(sealed)).isTrue();
        assertThat(sealed).matches("sealed:v1:[0-9a-f]{8}:[A-Za-z0-9_-]+");
        assertThat(sealer.unseal(sealed, "ns")).isEqualTo(plaintext);
    }

    @Test
    void theSameTextIsNeverSealedTheSameWayTwice() {
        Set<String> sealed = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            sealed.add(sealer.seal("again", "ns"));
        }

        assertThat(sealed).hasSize(1_000).noneMatch(text -> text.contains("again"));
    }

    @Test
    void aSealedTextCannotBeOpenedInAnotherNamespace() {
        String sealed = sealer.seal("secret", "one");

        assertThatThrownBy(() -> sealer.unseal(sealed, "two"))
                .isInstanceOf(UnsealFailure.class)
                .hasMessageContaining("another namespace");
    }

    @Test
    void anyAlteredCharacterIsNoticed() {
        String sealed = sealer.seal("secret", "ns");

        for (int i = "sealed:v1:".length(); i < sealed.length() - 1; i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String altered = sealed.substring(0, i) + other + sealed.substring(i + 1);
            assertThatThrownBy(() -> sealer.unseal(altered, "ns")).isInstanceOf(UnsealFailure.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "sealed:v1:", "sealed:v1:00000000", "sealed:v1:00000000:AAAA"})
    void whatIsNotSealedIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> sealer.unseal(text, "ns"))
                .isInstanceOf(UnsealFailure.class)
                .message()
                .doesNotContain("00000000", "secret");
    }

    @Test
    void aTextCutShortIsRefused() {
        String sealed = sealer.seal("secret", "ns");

        assertThatThrownBy(() -> sealer.unseal(sealed.substring(0, 30), "ns")).isInstanceOf(UnsealFailure.class);
        assertThatThrownBy(() -> sealer.unseal(sealed + "!", "ns")).isInstanceOf(UnsealFailure.class);
    }

    @Test
    void aNewKeySealsAndTheOldOneStillUnseals() {
        String before = sealer.seal("secret", "ns");
        Sealer rotated = new Sealer(Keyring.parse(Keyring.generate() + "," + KEY));

        assertThat(rotated.unseal(before, "ns")).isEqualTo("secret");
        String after = rotated.seal("secret", "ns");
        assertThat(rotated.unseal(after, "ns")).isEqualTo("secret");
        assertThatThrownBy(() -> sealer.unseal(after, "ns"))
                .isInstanceOf(UnsealFailure.class)
                .hasMessageContaining("not configured");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " , ", "c2hvcnQ=", "not*base64*at*all", "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="})
    void aKeyThatIsNoKeyIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> Keyring.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes in base64")
                .message()
                .doesNotContain("c2hvcnQ", "not*base64", "c2VjcmV0");
    }

    @Test
    void nothingPrintsAKey() {
        Keyring keys = Keyring.parse(KEY);

        assertThat(keys.toString() + keys.active()).doesNotContain(KEY.substring(0, 6));
    }

    @Test
    void aMissingKeyFileIsMadeForItsOwnerAlone(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("new/continuo.key");

        String sealed = new Sealer(Keyring.loadOrCreate(file)).seal("secret", "ns");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new Sealer(Keyring.loadOrCreate(file)).unseal(sealed, "ns")).isEqualTo("secret");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void everybodyWhoMakesTheKeyFileAtOnceGetsTheSameKey(@TempDir Path dir) throws Exception {
        int processes = 8;
        Path file = dir.resolve("continuo.key");
        CyclicBarrier together = new CyclicBarrier(processes);
        Callable<String> make = () -> {
            together.await();
            return Keyring.loadOrCreate(file).active().id();
        };
        Set<String> ids = new HashSet<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(processes)) {
            List<Future<String>> made = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                made.add(executor.submit(make));
            }
            for (Future<String> id : made) {
                ids.add(id.get());
            }
        }

        assertThat(ids).hasSize(1);
    }

    @Test
    void aKeyFileHoldsOneKeyALineAndComments(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("keys");
        String sealed = sealer.seal("secret", "ns");
        Files.writeString(file, "# since spring\n" + Keyring.generate() + "\n\n# before\n" + KEY + "\n");

        assertThat(new Sealer(Keyring.load(file)).unseal(sealed, "ns")).isEqualTo("secret");
    }

    @Test
    void aKeyFileThatCannotBeUsedIsNamed(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("keys"), "hunter2\n");

        assertThatThrownBy(() -> Keyring.load(file))
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("hunter2");
    }
}
