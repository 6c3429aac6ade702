package dev.continuo.store;

import dev.continuo.decide.Outcome;
import java.util.List;

/** Hears of decisions once they are committed. Called on a lane's thread: it must neither block nor throw. */
@FunctionalInterface
public interface CommitListener {
    void committed(List<Outcome.Accepted> outcomes);
}
