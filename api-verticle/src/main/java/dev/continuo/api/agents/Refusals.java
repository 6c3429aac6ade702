package dev.continuo.api.agents;

import dev.continuo.api.PointerPath;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.definition.Fault;
import dev.continuo.store.Listed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Refusals in the words of the original (agents: errors). */
final class Refusals {
    /** More of them are counted. */
    private static final int TOLD = 5;

    private Refusals() {}

    static Problem noAgent() {
        return Problem.of(404, "Agent not found");
    }

    static Problem noTask() {
        return Problem.of(404, "Task not found");
    }

    static Problem missing(List<String> members) {
        return Problem.badRequest("Missing required body args: " + String.join(", ", members));
    }

    static Problem duplicate(String member) {
        return Problem.of(409, "Duplicate field value: " + member);
    }

    static Problem invalid(String pointer, String message) {
        return invalid(List.of(new Fault(pointer, message)));
    }

    /** @param faults at least one; each message goes on where the place ends */
    static Problem invalid(List<Fault> faults) {
        boolean idAlone = faults.size() == 1 && faults.getFirst().pointer().equals("/id");
        String told = faults.stream()
                .limit(TOLD)
                .map(fault -> (PointerPath.of(fault.pointer()) + " " + fault.message()).strip())
                .collect(Collectors.joining("; "));
        String more = faults.size() > TOLD ? "; and " + (faults.size() - TOLD) + " more" : "";
        List<Flaw> flaws = faults.stream()
                .<Flaw>map(fault -> new Flaw.InBody(fault.pointer(), fault.message()))
                .toList();
        String what = idAlone ? "Invalid ID: " : "Invalid input data: ";
        return new Problem(400, what + told + more, flaws, Optional.empty());
    }

    static Problem tooLarge(Listed.TooLarge<?> list) {
        return Problem.badRequest("This list carries %d bytes, more than the %d that one answer may: ask for a smaller"
                        .formatted(list.bytes(), Listed.MAX_PAGE_BYTES)
                + " limit");
    }
}
