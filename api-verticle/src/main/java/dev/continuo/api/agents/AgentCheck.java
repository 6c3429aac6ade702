package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem;
import dev.continuo.definition.Fault;
import dev.continuo.definition.agents.AgentDocument;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.definition.agents.AgentSecrets.Restoration;
import dev.continuo.definition.agents.AgentValidator;
import dev.continuo.secret.SealedTexts;
import dev.continuo.secret.Sealer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What stands between a submitted agent and the store: nothing invalid gets in, and no secret in plain text. Takes its time
 * on a large document, so it is called off the event loop.
 */
final class AgentCheck {
    private static final List<String> REQUIRED_OF_UPDATES = AgentValidator.REQUIRED.stream()
            .filter(member -> !member.equals("id"))
            .toList();

    private final Sealer sealer;

    AgentCheck(Sealer sealer) {
        this.sealer = sealer;
    }

    sealed interface Checked {
        record Faulty(Problem problem) implements Checked {}

        /** @param document what is to be stored */
        record Valid(ObjectNode document) implements Checked {}
    }

    Checked ofNew(ObjectNode body, String namespace) {
        List<String> missing = AgentValidator.missing(body, AgentValidator.REQUIRED);
        return missing.isEmpty()
                ? check(body, Optional.empty(), namespace)
                : new Checked.Faulty(Refusals.missing(missing));
    }

    /** @param stored the version that is replaced; its secrets stay where the body has masks */
    Checked ofUpdate(ObjectNode body, String id, ObjectNode stored, String namespace) {
        List<String> missing = AgentValidator.missing(body, REQUIRED_OF_UPDATES);
        if (!missing.isEmpty()) {
            return new Checked.Faulty(Refusals.missing(missing));
        }
        if (body.hasNonNull("id") && !body.path("id").asText().equals(id)) {
            return new Checked.Faulty(Refusals.invalid("/id", "cannot be changed: it is " + id));
        }
        ObjectNode complete = body.deepCopy();
        complete.put("id", id);
        return check(complete, Optional.of(stored), namespace);
    }

    private Checked check(ObjectNode body, Optional<ObjectNode> stored, String namespace) {
        List<Fault> faults = new ArrayList<>(AgentValidator.faults(body));
        SealedTexts.in(body).forEach(at -> faults.add(new Fault(at, "is refused: " + SealedTexts.REFUSAL)));
        if (!faults.isEmpty()) {
            return new Checked.Faulty(Refusals.invalid(faults));
        }
        return switch (AgentSecrets.restored(AgentDocument.of(body), stored)) {
            case Restoration.Refused(List<Fault> refused) -> new Checked.Faulty(Refusals.invalid(refused));
            case Restoration.Restored(ObjectNode document) ->
                new Checked.Valid(AgentSecrets.sealedDocument(document, sealer, namespace));
        };
    }
}
