package dev.continuo.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loopback ports that stay the same for a data directory as long as nothing else takes them. */
final class Ports {
    private Ports() {}

    /** The port remembered in the file when it is still free, else a new free one, which is then remembered. */
    static int remembered(Path file) throws IOException {
        if (Files.exists(file)) {
            String text = Files.readString(file).strip();
            if (text.matches("[0-9]{1,5}") && isFree(Integer.parseInt(text))) {
                return Integer.parseInt(text);
            }
        }
        int port = free();
        Files.writeString(file, port + System.lineSeparator());
        return port;
    }

    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // Connections in TIME_WAIT from the server's last life must not count as "taken".
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
