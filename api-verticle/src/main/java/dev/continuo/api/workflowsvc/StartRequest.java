package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Call;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Texts;
import dev.continuo.secret.SealedTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of {@code POST /workflows} (workflowsvc: Workflows page).
 *
 * @param definitionId empty for a text that is no id
 * @param idempotencyKey starts that carry the same key are one run
 */
record StartRequest(
        Optional<UUID> definitionId, ObjectNode inputParams, Optional<String> idempotencyKey, List<Flaw> flaws) {
    private static final int MAX_KEY = 255;

    static StartRequest of(ObjectNode body) {
        List<Flaw> flaws = new ArrayList<>();
        JsonNode definition = body.path("_workflowDefId");
        if (!definition.isTextual() || definition.textValue().isBlank()) {
            flaws.add(new Flaw.InBody("/_workflowDefId", "_workflowDefId is required and must be a string"));
        }
        JsonNode input = body.path("_inputParams");
        if (!input.isObject() && !input.isMissingNode() && !input.isNull()) {
            flaws.add(new Flaw.InBody("/_inputParams", "_inputParams must be an object"));
        }
        SealedTexts.in(input)
                .forEach(pointer -> flaws.add(new Flaw.InBody("/_inputParams" + pointer, SealedTexts.REFUSAL)));
        JsonNode key = body.path("_idempotencyKey");
        boolean keyed = !key.isMissingNode() && !key.isNull();
        if (keyed && !(key.isTextual() && Texts.fitting(key.textValue(), MAX_KEY))) {
            flaws.add(new Flaw.InBody("/_idempotencyKey", "_idempotencyKey" + Texts.rule(MAX_KEY)));
        }
        return new StartRequest(
                Call.uuid(definition.asText("")),
                input instanceof ObjectNode object ? object : WorkflowViews.object(),
                keyed ? Optional.ofNullable(key.textValue()) : Optional.empty(),
                List.copyOf(flaws));
    }
}
