package dev.continuo.decide;

import static dev.continuo.decide.Rejections.reject;

import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Plan;
import dev.continuo.model.Dialect;
import java.util.Optional;

/**
 * What other dialects may do to the run of an agent. Whatever brings values into it or changes its course is refused: its
 * secrets are sealed at its start alone, and its callback has been told of its course.
 */
final class AgentRuns {
    private static final String REFUSAL = "Run %s is a task of an agent: it can be paused, resumed, terminated, retried"
            + " and removed, and nothing else";

    private AgentRuns() {}

    static Optional<Rejected> refusal(Plan plan, Command command) {
        if (plan.dialect() != Dialect.AGENTS) {
            return Optional.empty();
        }
        return switch (command) {
            case Command.Complete complete -> Optional.empty();
            case Command.Fail fail -> Optional.empty();
            case Command.Defer defer -> Optional.empty();
            case Command.TaskDue due -> Optional.empty();
            case Command.RunDue due -> Optional.empty();
            case Command.Begin begin -> Optional.empty();
            case Command.Pause pause -> Optional.empty();
            case Command.Resume resume -> Optional.empty();
            case Command.Terminate terminate -> Optional.empty();
            case Command.Retry retry -> Optional.empty();
            case Command.FollowedUp followedUp -> Optional.empty();
            case Command.ChildStarted started -> Optional.empty();
            case Command.ChildReopened reopened -> Optional.empty();
            case Command.Recalled recalled -> Optional.empty();
            case Command.Anew anew -> refused(command);
            case Command.Upgrade upgrade -> refused(command);
            case Command.Skip skip -> refused(command);
            case Command.Jump jump -> refused(command);
            case Command.SetVariables set -> refused(command);
            case Command.ResetCallbacks reset -> refused(command);
            case Command.Update update -> refused(command);
        };
    }

    private static Optional<Rejected> refused(Command command) {
        return reject(Code.CONFLICT, REFUSAL.formatted(command.runId()));
    }
}
