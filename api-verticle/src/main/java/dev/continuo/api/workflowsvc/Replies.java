package dev.continuo.api.workflowsvc;

import dev.continuo.api.Answer;
import dev.continuo.api.Problem;
import dev.continuo.decide.Outcome;
import dev.continuo.store.Listed;
import io.vertx.core.Future;
import java.util.function.Function;

/** The one place where the engine's and the store's refusals become answers of this dialect. */
final class Replies {
    private Replies() {}

    static Answer refused(Outcome.Rejected rejection) {
        return switch (rejection.code()) {
            case NOT_FOUND -> Scope.notFound();
            case CONFLICT, STALE -> Problem.of(409, rejection.message());
        };
    }

    static <T> Future<Answer> page(Listed<T> listed, Function<Listed.Page<T>, Future<Answer>> answer) {
        return switch (listed) {
            case Listed.Page<T> page -> answer.apply(page);
            case Listed.TooLarge<T>(long bytes) ->
                Problem.badRequest("This page carries %d bytes, more than the %d that one page may: ask for a smaller"
                                        .formatted(bytes, Listed.MAX_PAGE_BYTES)
                                + " _pageSize")
                        .now();
        };
    }
}
