package dev.continuo.events;

/** What came of a command. */
public sealed interface Handled {
    /** It took effect, or had done so before, or came too late to have any. */
    record Done() implements Handled {}

    /**
     * It can never take effect: it becomes a dead letter.
     *
     * @param reason for people; without payloads and secrets
     */
    record Refused(String reason) implements Handled {}

    /** It cannot be done now (Postgres is away, too much work): again after a pause, as often as it takes. */
    record Retry() implements Handled {}

    static Handled done() {
        return new Done();
    }

    static Handled refused(String reason) {
        return new Refused(reason);
    }

    static Handled retry() {
        return new Retry();
    }
}
