package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.DocumentSecrets;
import dev.continuo.definition.workflowsvc.DocumentSecrets.Restoration;
import dev.continuo.definition.workflowsvc.WorkflowsvcValidator;
import dev.continuo.secret.SealedTexts;
import dev.continuo.secret.Sealer;
import java.util.List;
import java.util.Optional;

/**
 * What stands between a submitted definition and the store: nothing invalid gets in, and no secret in plain text gets in
 * or out. Takes its time on a large document, so it is called off the event loop.
 */
final class DefinitionCheck {
    private final WorkflowsvcValidator validator;
    private final DocumentSecrets secrets;
    private final Sealer sealer;

    DefinitionCheck(TaskTypes types, Sealer sealer, ScriptSyntax syntax) {
        this.validator = new WorkflowsvcValidator(types, DefinitionLimits.DEFAULT, syntax::faultNow);
        this.secrets = new DocumentSecrets(types);
        this.sealer = sealer;
    }

    sealed interface Checked {
        /** @param faults everything that is wrong, at least one */
        record Faulty(List<Fault> faults) implements Checked {}

        /** @param document what is to be stored */
        record Valid(JsonNode document) implements Checked {}
    }

    /**
     * @param previous the stored document that is replaced: a secret that comes as {@code ***} is taken from there
     * @param namespace the owner, to which secrets get bound
     */
    Checked check(JsonNode document, Optional<JsonNode> previous, String namespace) {
        List<Fault> faults = validator.validate(document);
        if (!faults.isEmpty()) {
            return new Checked.Faulty(faults);
        }
        return switch (secrets.restoreMasked(document, previous.orElseGet(MissingNode::getInstance))) {
            case Restoration.Refused(List<Fault> refused) -> new Checked.Faulty(refused);
            case Restoration.Restored(JsonNode restored) ->
                new Checked.Valid(secrets.seal(restored, sealer, namespace));
        };
    }

    /** The stored document as it may be shown. What a task type no longer marks is sealed still, so it is hidden, too. */
    JsonNode masked(JsonNode stored) {
        return SealedTexts.masked(secrets.mask(stored));
    }
}
