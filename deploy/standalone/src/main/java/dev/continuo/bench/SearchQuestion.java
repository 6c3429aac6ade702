package dev.continuo.bench;

import dev.continuo.search.Subject;
import java.util.List;
import java.util.Optional;

/** A search as somebody would ask for it. */
record SearchQuestion(Subject subject, String query, String sort, String freeText, int start) {
    static final List<SearchQuestion> TYPICAL = List.of(
            new SearchQuestion(Subject.WORKFLOWS, "", "startTime:DESC", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "", "startTime:DESC", "", 100_000),
            new SearchQuestion(Subject.WORKFLOWS, "correlationId = order-4711", "", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "workflowType = flow_7", "startTime:DESC", "", 0),
            new SearchQuestion(
                    Subject.WORKFLOWS, "workflowType = flow_7 AND status = RUNNING", "startTime:DESC", "", 0),
            new SearchQuestion(
                    Subject.WORKFLOWS,
                    "status IN (FAILED, TIMED_OUT) AND startTime > 2020-01-01",
                    "startTime:DESC",
                    "",
                    0),
            new SearchQuestion(
                    Subject.WORKFLOWS, "workflowType = flow_19 AND status = TERMINATED", "startTime:DESC", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "status = COMPLETED", "endTime:DESC", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "", "updateTime:DESC", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "priority = 9 AND createdBy = user3", "", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "taskType = work_13 AND taskStatus = FAILED", "", "", 0),
            new SearchQuestion(Subject.WORKFLOWS, "", "", "customer4711", 0),
            new SearchQuestion(Subject.WORKFLOWS, "", "", "shipped", 0),
            new SearchQuestion(Subject.TASKS, "", "", "", 0),
            new SearchQuestion(Subject.TASKS, "taskType = work_13", "", "", 0),
            new SearchQuestion(Subject.TASKS, "taskDefName = call_13 AND status = FAILED", "", "", 0),
            new SearchQuestion(Subject.TASKS, "status = SCHEDULED", "scheduledTime:ASC", "", 0),
            new SearchQuestion(Subject.TASKS, "", "", "item77", 0));

    Optional<String> words() {
        return Optional.of(freeText).filter(text -> !text.isEmpty());
    }

    String shown() {
        StringBuilder shown = new StringBuilder(subject == Subject.TASKS ? "tasks" : "workflows");
        shown.append(query.isEmpty() ? "" : ", " + query);
        words().ifPresent(text -> shown.append(", freeText ").append(text));
        shown.append(sort.isEmpty() ? "" : ", sort " + sort);
        shown.append(start == 0 ? "" : ", start " + start);
        return shown.toString();
    }
}
