package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.util.Optional;
import java.util.Set;

/** The members of {@link Run#notes()} and {@link dev.continuo.model.Task.Extra#notes()} that the decider knows. */
public final class Notes {
    /** Of a run: the reason of the first failure that a permissive task left behind. Of that task: true. */
    static final String TOLERATED = "tolerated";

    /** Of a run: the reference names of tasks whose failure failed it, in the order of their failures. */
    public static final String FAILED_REFS = "failedReferenceTaskNames";

    /** Of a run: the names of those tasks. */
    public static final String FAILED_NAMES = "failedTaskNames";

    /** Of a run: when it was last retried, in epoch ms. */
    public static final String RETRIED_AT = "lastRetriedTime";

    /** Of a run that had ended and lives again: since when, in epoch ms. */
    public static final String BEGUN_AGAIN = "begunAgain";

    /** Of a run: tasks to pass over, each with {@code input} and {@code output}, by their references. */
    public static final String SKIPS = "skips";

    /** Of a run: the id of the task whose failure failed it. */
    public static final String FAILED_TASK = "failureTaskId";

    /** Of a task: when its first attempt was scheduled, in epoch ms. */
    public static final String FIRST_SCHEDULED = "firstScheduledTime";

    /** Of a task: when its first attempt began, in epoch ms. */
    public static final String FIRST_STARTED = "firstStartTime";

    /** Of a task: how long it was put back by its worker, in s. */
    public static final String CALLBACK_AFTER = "callbackAfterSeconds";

    /** Of a task: members that somebody has put over its input. */
    static final String TASK_INPUT = "taskInput";

    /** Of a task: true when the flow has gone past it already, while an attempt before had failed. */
    static final String PASSED = "passed";

    /** Of a task: that its child is to be tried again, until the child says that it lives. */
    public static final String RETRIES_CHILD = "retriesChild";

    /** What a further attempt of a task has of the one before. */
    static final Set<String> CARRIED = Set.of(FIRST_SCHEDULED, FIRST_STARTED, TASK_INPUT, PASSED);

    /** Of a task: true once it has asked whether its output is known. */
    static final String CACHE_ASKED = "cacheAsked";

    /** Of an attempt that is executed: under which key its output is kept. */
    static final String CACHE_KEY = "cacheKey";

    /** Of a JOIN: the {@code seq} of its fork. */
    static final String FROM = "from";

    /** Of a run: that it waits until others that it shares a limit with have ended. */
    public static final String RATE_LIMITED = "rateLimited";

    /** Of a run's attributes: that it did not begin when it was started. */
    public static final String WAITS_TO_BEGIN = "waitsToBegin";

    /** Of a task that announces its start: that it has. The id of the attempt, as later attempts take notes over. */
    private static final String START_TOLD = "startTold";

    private Notes() {}

    static boolean asked(Task task) {
        return task.extra().notes().path(CACHE_ASKED).asBoolean();
    }

    static boolean startTold(Task task) {
        return task.extra().notes().path(START_TOLD).asText().equals(task.id().toString());
    }

    static Task withStartTold(Task task) {
        ObjectNode notes = copy(task.extra().notes()).put(START_TOLD, task.id().toString());
        return task.withExtra(task.extra().withNotes(notes));
    }

    static Optional<String> tolerated(Run run) {
        JsonNode note = run.notes().path(TOLERATED);
        return note.isTextual() ? Optional.of(note.textValue()) : Optional.empty();
    }

    static ObjectNode copy(JsonNode notes) {
        return ((ObjectNode) notes).deepCopy();
    }

    static Run with(Run run, String name, JsonNode value) {
        return run.withNotes(copy(run.notes()).set(name, value));
    }

    static Task with(Task task, String name, JsonNode value) {
        ObjectNode notes = copy(task.extra().notes());
        notes.set(name, value);
        return task.withExtra(task.extra().withNotes(notes));
    }

    static Task without(Task task, String name) {
        if (!task.extra().notes().has(name)) {
            return task;
        }
        ObjectNode notes = copy(task.extra().notes());
        notes.remove(name);
        return task.withExtra(task.extra().withNotes(notes));
    }

    static Run added(Run run, String name, String text) {
        ObjectNode notes = copy(run.notes());
        ArrayNode list = notes.path(name) instanceof ArrayNode known ? known : notes.putArray(name);
        list.add(text);
        return run.withNotes(notes);
    }
}
