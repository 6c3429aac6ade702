package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.LogEntry;
import dev.continuo.model.RunStatus;
import dev.continuo.secret.SealedTexts;
import dev.continuo.store.Definitions.Audit;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import dev.continuo.store.RunReads.RunRow;
import dev.continuo.store.RunReads.TaskRow;
import dev.continuo.store.RunReads.TaskSummary;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs, tasks, log lines and pages of them in the shapes of the original (workflowsvc: Tasks and Workflows pages), field
 * by field in the pages' order. What the original does not have comes behind, and only when there is something to say.
 */
final class WorkflowViews {
    private static final DateTimeFormatter LOG_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private WorkflowViews() {}

    static ObjectNode run(RunRow run, RevisionFacts facts) {
        ObjectNode view = object();
        view.put("_id", run.id().toString());
        view.put("_workflowDefId", run.definitionId().toString());
        view.put("_name", run.name());
        namespaces(view, run.namespace(), run.sharedWith());
        view.put("_userType", run.userType().orElse(null));
        ArrayNode tasks = view.putArray("_tasks");
        run.tasks().forEach(task -> tasks.add(summary(task, run.status(), facts)));
        view.set("_timeoutSeconds", facts.timeoutSeconds());
        view.set("_timeoutPolicy", facts.timeoutPolicy());
        view.put("_status", StatusWords.ofRun(run.status(), run.tasks()));
        audit(view, run.audit());
        view.set("_inputParams", SealedTexts.masked(run.input()));
        view.set("_output", orNull(SealedTexts.masked(run.output())));
        run.reason().ifPresent(reason -> view.put("_reason", reason));
        return view;
    }

    static ObjectNode task(TaskRow task, RevisionFacts facts) {
        TaskSummary summary = task.summary();
        ObjectNode view = object();
        view.put("_id", summary.id().toString());
        view.put("_name", summary.ref());
        view.put("_type", summary.type());
        sequence(view, summary, facts);
        view.put("_status", StatusWords.ofTask(summary.status(), summary.type(), task.runStatus()));
        view.set("_inputParams", orNull(SealedTexts.masked(task.input())));
        if (!task.output().isMissingNode()) {
            view.set("_output", SealedTexts.masked(task.output()));
        }
        if (summary.type().equals("USER_INPUT")) {
            view.put("_userInputId", summary.id().toString());
        }
        if (summary.attempt() > 0) {
            view.put("_retryCount", summary.attempt());
        }
        additions(view, summary);
        return view;
    }

    static ObjectNode logLine(LogEntry line) {
        return object().put("timestamp", LOG_TIME.format(line.at()))
                .put("level", line.level().name())
                .put("message", line.message());
    }

    static String logText(List<LogEntry> lines) {
        StringBuilder text = new StringBuilder();
        for (LogEntry line : lines) {
            text.append(LOG_TIME.format(line.at()))
                    .append(' ')
                    .append(line.level())
                    .append(' ');
            text.append(line.message()).append('\n');
        }
        return text.toString();
    }

    static <T> ObjectNode page(Paging paging, Listed.Page<T> page, Function<T, ObjectNode> view) {
        ObjectNode body = object();
        body.put("_offset", paging.offset());
        body.put("_pageSize", paging.size());
        body.put("_total", page.total());
        ArrayNode list = body.putArray("_list");
        page.rows().forEach(row -> list.add(view.apply(row)));
        return body;
    }

    static void namespaces(ObjectNode view, String owner, List<String> others) {
        ArrayNode namespaces = view.putArray("_namespaces").add(owner);
        others.forEach(namespaces::add);
    }

    static void audit(ObjectNode view, Audit audit) {
        view.put("_createdAt", audit.createdAt().toString());
        view.put("_updatedAt", audit.updatedAt().toString());
        view.put("_createdBy", audit.createdBy());
        view.put("_updatedBy", audit.updatedBy());
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode summary(TaskSummary task, RunStatus run, RevisionFacts facts) {
        ObjectNode view = object();
        view.put("_id", task.id().toString());
        view.put("_name", task.ref());
        sequence(view, task, facts);
        view.put("_type", task.type());
        view.put("_status", StatusWords.ofTask(task.status(), task.type(), run));
        additions(view, task);
        return view;
    }

    private static void sequence(ObjectNode view, TaskSummary task, RevisionFacts facts) {
        facts.sequenceOf(task.ref())
                .ifPresentOrElse(number -> view.put("_sequenceno", number), () -> view.putNull("_sequenceno"));
    }

    private static void additions(ObjectNode view, TaskSummary task) {
        if (task.iteration() > 0) {
            view.put("_iteration", task.iteration());
        }
        task.reason().ifPresent(reason -> view.put("_reason", reason));
    }

    private static JsonNode orNull(JsonNode value) {
        return Optional.of(value).filter(some -> !some.isMissingNode()).orElseGet(NullNode::getInstance);
    }
}
