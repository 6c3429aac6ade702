package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.store.Conversations;
import dev.continuo.store.Conversations.Turn;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AI_CONVERSE: asks a team, which is a model and what it is told first, and remembers the conversation (workflowsvc:
 * AI_CONVERSE). The output is {@code {_message, _converse_id, _finishReason, _usage}}.
 *
 * <p>Runs that use one conversation at the same time each see what was said when they ask; all that they and the model say
 * is kept, in the order of the answers. A task has one turn of a conversation, also when it is executed twice because a
 * worker died.
 */
public final class ConverseConnector extends LlmConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ConverseConnector.class);
    /** Of all texts of a conversation. */
    private static final int MAX_BYTES = 256 << 10;

    private final Teams teams;
    private final Conversations conversations;

    public ConverseConnector(Providers providers, Teams teams, Conversations conversations, InstantSource clock) {
        super(providers, clock);
        this.teams = teams;
        this.conversations = conversations;
    }

    @Override
    public String type() {
        return ConverseType.NAME;
    }

    @Override
    Future<ConnectorResult> answered(ConnectorTask task, TaskLog log) {
        JsonNode input = task.input();
        String teamId = LlmInput.required(input, "_teamId");
        String prompt = LlmInput.required(input, "_userPrompt");
        Teams.Team team = teams.find(task.namespace(), teamId).orElseThrow(() -> noTeam(task.namespace()));
        // Of the task, so that another execution of it goes on with the same one.
        String id = LlmInput.optional(input.path("_converse_id"))
                .orElseGet(() -> task.id().toString());
        Conversations.Key key = new Conversations.Key(task.namespace(), teamId, id);
        LlmInput common = new LlmInput(
                providers.named(team.provider(), "provider"), team.model(), Optional.empty(), team.sampling(), false);
        return now(conversations.read(key), "read").compose(turns -> {
            CompletionRequest request = new CompletionRequest(
                    team.model(),
                    Optional.empty(),
                    team.system(),
                    messages(turns, task, prompt),
                    List.of(),
                    team.sampling(),
                    false);
            return ask(common, request, task, log)
                    .compose(completion -> kept(key, new Turn(task.id(), prompt, completion.text()), team, log)
                            .map(done -> new ConnectorResult.Completed(output(completion, id))));
        });
    }

    private InvalidInput noTeam(String namespace) {
        List<String> ids = teams.ids(namespace);
        return new InvalidInput("_teamId names no team"
                + (ids.isEmpty() ? "; none is configured" : "; this namespace may ask " + String.join(", ", ids)));
    }

    private Future<Void> kept(Conversations.Key key, Turn turn, Teams.Team team, TaskLog log) {
        return now(conversations.add(key, turn, new Conversations.Bounds(team.maxTurns(), MAX_BYTES)), "written")
                .onSuccess(kept -> {
                    if (!kept) {
                        log.warn("The answer is too long to be kept in the conversation");
                    }
                })
                .mapEmpty();
    }

    private static <T> Future<T> now(Future<T> work, String what) {
        return work.recover(failure -> {
            LOG.warn("A conversation cannot be {}", what, failure);
            return Future.failedFuture(ProviderFailure.forNow("The conversation cannot be " + what + " now"));
        });
    }

    private static List<Message> messages(List<Turn> turns, ConnectorTask task, String prompt) {
        List<Message> messages = new ArrayList<>();
        for (Turn turn : turns) {
            if (!turn.task().equals(task.id())) {
                messages.add(new Message.User(turn.user()));
                messages.add(new Message.Assistant(turn.assistant(), List.of()));
            }
        }
        messages.add(new Message.User(prompt));
        return messages;
    }

    private static ObjectNode output(Completion completion, String id) {
        ObjectNode output = JsonNodeFactory.instance
                .objectNode()
                .put("_message", completion.text())
                .put("_converse_id", id)
                .put("_finishReason", completion.finishReason().name());
        output.putObject("_usage")
                .put("_promptTokens", completion.usage().promptTokens())
                .put("_completionTokens", completion.usage().completionTokens())
                .put("_totalTokens", completion.usage().total());
        return output;
    }
}
