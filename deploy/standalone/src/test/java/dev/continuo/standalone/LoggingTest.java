package dev.continuo.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.junit.jupiter.api.Test;

class LoggingTest {
    private static final String COORDINATOR = "org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime";

    private static FilterReply decide(String logger, Exception problem) {
        Logger from = new LoggerContext().getLogger(logger);
        return new Logging.Rereading()
                .decide(new LoggingEvent("", from, Level.ERROR, "Failed to load metadata", problem, new Object[0]));
    }

    @Test
    void aBrokerThatWasKilledFrightensNobodyAtItsNextStart() {
        assertThat(decide(COORDINATOR, new NotLeaderOrFollowerException("no longer the leader")))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void whatElseTheCoordinatorSaysIsSeen() {
        assertThat(decide(COORDINATOR, new IllegalStateException("broken"))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(COORDINATOR, null)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("elsewhere", new NotLeaderOrFollowerException("x"))).isEqualTo(FilterReply.NEUTRAL);
    }
}
