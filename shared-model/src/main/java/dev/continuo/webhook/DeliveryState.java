package dev.continuo.webhook;

import java.time.Instant;
import java.util.Optional;

/** What has become of a message. */
public sealed interface DeliveryState {
    /**
     * It is under way, or waits.
     *
     * @param nextAttempt when it is tried again; empty while it is under way
     */
    record Pending(Optional<Instant> nextAttempt) implements DeliveryState {}

    /** The receiver took it. */
    record Delivered() implements DeliveryState {}

    /** It was given up. */
    record Failed() implements DeliveryState {}

    /** There was news before the receiver took it: a later message tells all that it would have told. */
    record Merged() implements DeliveryState {}

    /** The receiver wants no further messages of this task. */
    record Gone() implements DeliveryState {}

    int PENDING = 0;
    int DELIVERED = 1;
    int FAILED = 2;
    int MERGED = 3;
    int GONE = 4;

    /** @throws IllegalStateException when there is no such code */
    static DeliveryState ofCode(int code, Optional<Instant> nextAttempt) {
        return switch (code) {
            case PENDING -> new Pending(nextAttempt);
            case DELIVERED -> new Delivered();
            case FAILED -> new Failed();
            case MERGED -> new Merged();
            case GONE -> new Gone();
            default -> throw new IllegalStateException("No state of a delivery has the code " + code);
        };
    }

    /** As users read it. */
    default String word() {
        return switch (this) {
            case Pending pending -> "pending";
            case Delivered delivered -> "delivered";
            case Failed failed -> "failed";
            case Merged merged -> "merged";
            case Gone gone -> "gone";
        };
    }
}
