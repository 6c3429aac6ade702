package dev.continuo.decide;

import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Rejected;
import java.util.Optional;

/** Why a command is refused. */
final class Rejections {
    private Rejections() {}

    static Optional<Rejected> reject(Code code, String message) {
        return Optional.of(new Rejected(code, message));
    }

    /** The run's status does not allow it. */
    static Optional<Rejected> illegal(Draft draft, String verb, String allowed) {
        return reject(
                Code.CONFLICT,
                "The run is %s: only a run that is %s can be %s"
                        .formatted(draft.run().status(), allowed, verb));
    }
}
