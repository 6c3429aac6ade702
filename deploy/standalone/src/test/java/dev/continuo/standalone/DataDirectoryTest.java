package dev.continuo.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.embedded.DirectoryInUseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path root;

    @Test
    void theMasterKeyIsMadeOnceAndReadableOnlyByItsOwner() throws Exception {
        try (DataDirectory directory = DataDirectory.open(root)) {
            String key = Files.readString(directory.masterKey());
            assertThat(Base64.getDecoder().decode(key)).hasSize(32);
            assertThat(Files.readString(directory.masterKey())).isEqualTo(key);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.masterKey())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void itHasOneOwnerAtATime() throws Exception {
        try (DataDirectory directory = DataDirectory.open(root)) {
            assertThat(directory.logs()).isEqualTo(root.resolve("logs"));
            assertThatThrownBy(() -> DataDirectory.open(root)).isInstanceOf(DirectoryInUseException.class);
        }
        DataDirectory.open(root).close();
    }

    @Test
    void anEphemeralOneIsDeletedWithEverythingInIt() throws Exception {
        DataDirectory directory = DataDirectory.ephemeral();
        Path key = directory.masterKey();
        assertThat(key).exists();
        directory.close();
        assertThat(key.getParent()).doesNotExist();
    }
}
