package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.DocumentSecrets;
import dev.continuo.definition.workflowsvc.DocumentSecrets.Restoration;
import dev.continuo.definition.workflowsvc.WorkflowsvcValidator;
import dev.continuo.expression.Script;
import dev.continuo.secret.Sealer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Checks a definition as a whole, puts stored secrets in place of masks, and seals what is sensitive. */
public final class SealingChecker implements DefinitionChecker {
    private final WorkflowsvcValidator validator;
    private final DocumentSecrets secrets;
    private final Sealer sealer;

    /** @param syntax says what keeps a script from being JavaScript; may block */
    public SealingChecker(
            TaskTypes types, DefinitionLimits limits, Function<Script, Optional<String>> syntax, Sealer sealer) {
        this.validator = new WorkflowsvcValidator(types, limits, syntax);
        this.secrets = new DocumentSecrets(types);
        this.sealer = sealer;
    }

    @Override
    public Checked check(JsonNode document, Optional<JsonNode> previous, String namespace) {
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
}
