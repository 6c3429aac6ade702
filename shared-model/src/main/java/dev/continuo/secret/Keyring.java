package dev.continuo.secret;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of a {@link Sealer}: the first one seals, all of them unseal. A key is replaced by putting a new one before it;
 * the old one stays until nothing is sealed with it any more.
 */
public final class Keyring {
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

    private final Key active;
    private final Map<String, Key> byId;

    private Keyring(List<Key> keys) {
        active = keys.getFirst();
        Map<String, Key> all = new LinkedHashMap<>();
        keys.forEach(key -> all.put(key.id(), key));
        byId = Map.copyOf(all);
    }

    /**
     * Keys as text: each 32 bytes in base64 (either alphabet), parted by commas or white space.
     *
     * @throws IllegalArgumentException when there is no key or one is not 32 bytes in base64; never shows the text
     */
    public static Keyring parse(String text) {
        List<Key> keys = SEPARATOR
                .splitAsStream(text)
                .filter(part -> !part.isEmpty())
                .map(Keyring::key)
                .toList();
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("No key: expected 32 bytes in base64");
        }
        return new Keyring(keys);
    }

    /** The keys in a file, one a line; lines that begin with # are comments. */
    public static Keyring load(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                .map(String::strip)
                .filter(line -> !line.startsWith("#"))
                .toList();
        try {
            return parse(String.join("\n", lines));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The key file " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * The keys in a file; when there is none it is made with one new key, readable by its owner alone. Processes that make
     * it at the same moment come to the same key: a hard link appears with its whole content, and for the first one only.
     */
    public static Keyring loadOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file.toAbsolutePath());
        }
        return load(file);
    }

    private static void create(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Path draft = Files.createTempFile(
                file.getParent(),
                ".key",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(draft, generate() + "\n", StandardCharsets.US_ASCII);
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            link(file, draft);
        } finally {
            Files.delete(draft);
        }
    }

    private static void link(Path file, Path draft) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException another) {
            if (!Files.isReadable(file)) {
                throw another;
            }
        }
    }

    /** A new random key as text. */
    public static String generate() {
        byte[] bytes = new byte[Key.BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Key key(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            if (bytes.length == Key.BYTES) {
                return new Key(bytes);
            }
            Arrays.fill(bytes, (byte) 0);
        } catch (IllegalArgumentException notBase64) {
            throw refusal();
        }
        throw refusal();
    }

    private static IllegalArgumentException refusal() {
        return new IllegalArgumentException("A key is 32 bytes in base64, such as `openssl rand -base64 32` prints");
    }

    Key active() {
        return active;
    }

    Optional<Key> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public String toString() {
        return "Keyring" + byId.keySet();
    }
}
