package dev.continuo.cli;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.standalone.Node;

/** Where somebody on this machine reaches a node. */
final class Addresses {
    private Addresses() {}

    static String of(SettingValues values, Node node) {
        String host = values.text(Setting.HOST).orElse("127.0.0.1");
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        return "http://" + (everywhere ? "127.0.0.1" : host) + ":" + node.port();
    }
}
