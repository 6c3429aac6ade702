package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Cancellation;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models on Replicate: a prediction is made, listened to where it has a stream, and looked at until it is over. */
final class ReplicateProvider implements ModelProvider {
    static final String NAME = "replicate";

    private static final String SLUG = "[A-Za-z0-9][A-Za-z0-9._-]*";
    private static final Pattern MODEL = Pattern.compile(
            "(?:(?<model>" + SLUG + "/" + SLUG + ")(?::(?<tag>[0-9a-f]{64}))?|(?<version>[0-9a-f]{64}))");

    private final ApiClient client;

    ReplicateProvider(AiTools tools) {
        this.client = new ApiClient(NAME, tools.settings().replicate(), tools);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Future<Completion> complete(
            CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        return ApiClient.guarded(() -> asked(request, progress, cancellation));
    }

    private Future<Completion> asked(CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        Matcher model = MODEL.matcher(request.model().strip());
        if (!model.matches()) {
            throw ProviderFailure.forGood(
                    "a model of " + NAME + " is owner/name, owner/name:version or the id of a version");
        }
        ObjectNode body = ReplicateBody.of(request);
        Optional<String> version =
                Optional.ofNullable(model.group("tag")).or(() -> Optional.ofNullable(model.group("version")));
        version.ifPresent(id -> body.put("version", id));
        String path = version.isPresent() ? "/v1/predictions" : "/v1/models/" + model.group("model") + "/predictions";
        return new ReplicateRun(client, request, progress, cancellation).run(path, body);
    }

    @Override
    public Future<Embeddings> embed(EmbeddingRequest request, Cancellation cancellation) {
        return Future.failedFuture(
                ProviderFailure.forGood(NAME + " has no embeddings that are the same for all models"));
    }
}
