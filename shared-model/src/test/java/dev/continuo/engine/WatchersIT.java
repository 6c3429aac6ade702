package dev.continuo.engine;

import dev.continuo.decide.Command;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BackendsExtension.class)
class WatchersIT {

    @Test
    void whoeverWaitsHearsThatAnotherProcessHasMovedTheRun(Backends backends, @TempDir Path directory)
            throws IOException {
        try (PollFixture two = new PollFixture(backends, directory, "watchers", 2)) {
            UUID run = two.start(0, 0, "somebody");
            AtomicInteger looks = new AtomicInteger();
            Promise<Void> moot = Promise.promise();
            two.engine(0).conductor().watchers().whenMovedElsewhere(run, looks::incrementAndGet, moot.future());

            // The consumer may not listen yet: the run is moved until it does.
            Await.until("the other process is heard", PollFixture.LIMIT, () -> {
                two.engine(1).committer().submit(new Command.Pause(run, "tester"));
                two.engine(1).committer().submit(new Command.Resume(run, "tester"));
                return looks.get() > 0;
            });

            moot.complete();
            two.engine(1).committer().submit(new Command.Terminate(run, Optional.empty(), "tester"));
        }
    }
}
