package dev.continuo.worker.connector.script;

import io.vertx.core.Future;
import java.util.Optional;

/** Where scripts are stored. */
@FunctionalInterface
public interface ScriptSource {

    /** The JavaScript text of a script as it is now; empty when there is none of that name. */
    Future<Optional<String>> find(String namespace, String userType, String name);
}
