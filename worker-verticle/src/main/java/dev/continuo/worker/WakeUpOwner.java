package dev.continuo.worker;

/** Where wake-ups come from, and what it wants to know of them. */
interface WakeUpOwner {

    /** Nobody needs the event again; the work on it may go on. May be told more than once. */
    void settled(WakeUp wakeUp);

    /** This worker is through with the event, which is settled with that. */
    void done(WakeUp wakeUp);

    /** This worker leaves the event to others. */
    void left(WakeUp wakeUp);
}
