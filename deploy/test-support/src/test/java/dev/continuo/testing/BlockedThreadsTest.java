package dev.continuo.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BlockedThreadsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aBlockedEventLoopIsReportedWithItsStack() throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setBlockedThreadCheckInterval(50)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(50)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setWarningExceptionTime(100)
                .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS));
        CountDownLatch release = new CountDownLatch(1);
        try {
            vertx.runOnContext(nothing -> awaitQuietly(release));
            String report = Await.value("a report of the blocked thread", LIMIT, BlockedThreads::take);
            assertThat(report).contains("vert.x-eventloop-thread").contains("blocked");
        } finally {
            release.countDown();
            vertx.close().await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            BlockedThreads.take();
        }
        assertThat(BlockedThreads.take()).isEqualTo(Optional.empty());
    }

    private static void awaitQuietly(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
