package dev.continuo.webhook;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What came of one attempt to send a message. */
public sealed interface Attempted {
    /** The receiver took it: any 2xx. */
    record Taken(int status) implements Attempted {}

    /** The receiver wants no further messages of this task: 410. */
    record Gone() implements Attempted {}

    /**
     * Everything else, redirections included.
     *
     * @param status empty when there was no answer
     * @param reason for people; holds nothing of any body
     * @param notBefore how long the receiver wants to be left alone
     */
    record Failed(OptionalInt status, String reason, Optional<Duration> notBefore) implements Attempted {}

    int GONE = 410;

    /** @param retryAfter what the answer asks for */
    static Attempted answered(int status, Optional<Duration> retryAfter) {
        if (status >= 200 && status < 300) {
            return new Taken(status);
        }
        if (status == GONE) {
            return new Gone();
        }
        String redirected = status >= 300 && status < 400 ? ": redirections are not followed" : "";
        return new Failed(OptionalInt.of(status), "HTTP " + status + redirected, retryAfter);
    }

    static Attempted unanswered(String reason) {
        return new Failed(OptionalInt.empty(), reason, Optional.empty());
    }
}
