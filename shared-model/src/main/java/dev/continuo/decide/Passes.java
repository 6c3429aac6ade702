package dev.continuo.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.model.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of the passes of a loop, in their order. Adding one costs the same however many there are: all share one
 * list, of which each sees its beginning, and only the latest is added to.
 */
final class Passes {
    static final Passes NONE = new Passes(new ArrayList<>(), 0, 0);

    private final List<Outcome.Pass> shared;
    private final int size;
    private final long weight;

    private Passes(List<Outcome.Pass> shared, int size, long weight) {
        this.shared = shared;
        this.size = size;
        this.weight = weight;
    }

    Passes with(Outcome.Pass pass) {
        List<Outcome.Pass> list = shared;
        if (size == 0 || shared.size() != size) {
            list = new ArrayList<>(shared.subList(0, size));
        }
        list.add(pass);
        return new Passes(list, size + 1, weight + Weight.of(pass.output()));
    }

    /** The last of them; a loop that keeps few does not hold on to the others. */
    Passes last(int keep) {
        if (size <= keep) {
            return this;
        }
        List<Outcome.Pass> rest = new ArrayList<>(shared.subList(size - keep, size));
        return new Passes(
                rest,
                keep,
                rest.stream().mapToLong(pass -> Weight.of(pass.output())).sum());
    }

    int size() {
        return size;
    }

    /** About how many bytes they hold. */
    long weight() {
        return weight;
    }

    /** Puts the last of them into a loop's output, each under its number. */
    void into(ObjectNode output, int keep) {
        for (Outcome.Pass pass : shared.subList(Math.max(0, size - keep), size)) {
            output.set(Integer.toString(pass.number()), pass.output());
        }
    }
}
