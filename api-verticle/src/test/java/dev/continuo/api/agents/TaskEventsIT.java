package dev.continuo.api.agents;

import static dev.continuo.api.agents.AgentsFixture.Person.ANN;
import static dev.continuo.api.agents.AgentsFixture.Person.BEN;
import static dev.continuo.api.agents.AgentsFixture.RETURN;
import static dev.continuo.api.agents.AgentsFixture.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks that are followed while they run. */
@ExtendWith(BackendsExtension.class)
@Timeout(60)
class TaskEventsIT {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static AgentsFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AgentsFixture(backends);
        api.create(ANN, "short", RETURN);
        api.create(ANN, "long", WRITE, RETURN.replace("topic", "draft"));
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    /** @param id empty when it has none */
    private record Event(String id, String name, JsonNode data) {}

    /** The events of one connection, as they come; reading waits for the next one. */
    private static final class Events implements AutoCloseable {
        private final Stream<String> lines;
        private final Iterator<String> iterator;

        private Events(Stream<String> lines) {
            this.lines = lines;
            this.iterator = lines.iterator();
        }

        private Optional<Event> next() {
            String id = "";
            String name = "";
            String data = "";
            while (iterator.hasNext()) {
                String line = iterator.next();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    return Optional.of(new Event(id, name, Json.read(data)));
                }
            }
            return Optional.empty();
        }

        private Event one() {
            return next().orElseThrow(() -> new AssertionError("The stream has ended"));
        }

        private List<Event> rest() {
            List<Event> rest = new ArrayList<>();
            for (Optional<Event> event = next(); event.isPresent(); event = next()) {
                rest.add(event.get());
            }
            return rest;
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    private static HttpResponse<Stream<String>> open(AgentsFixture.Person person, String task, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.ports.get(1) + "/api/v1/task/" + task + "/events"))
                .header("apikey", api.key(person).get("apikey"));
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Events follow(String task, String lastEventId) {
        HttpResponse<Stream<String>> response = open(ANN, task, lastEventId);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        return new Events(response.body());
    }

    private static Event log(int index, String line) {
        return new Event(Integer.toString(index), "log", Json.read("\"" + line + "\""));
    }

    @Test
    void aTaskIsToldLineByLineUntilItsEnd() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        try (Events events = follow(id, "")) {
            assertThat(events.one()).isEqualTo(log(0, "Write: Running"));
            Event running = events.one();
            assertThat(running.name()).isEqualTo("task");
            assertThat(running.id()).isEmpty();
            assertThat(running.data())
                    .isEqualTo(api.as(ANN, "GET", "task/" + id).json());

            UUID node = api.sql("SELECT id FROM task WHERE run_id = $1", UUID.fromString(id))
                    .iterator()
                    .next()
                    .getUUID("id");
            api.sql("INSERT INTO task_log (task_id, at, level, message) VALUES ($1, now(), 1, 'as it goes on')", node);
            assertThat(events.one()).isEqualTo(log(1, "as it goes on"));

            api.complete(UUID.fromString(id), "It rains.");
            assertThat(events.one()).isEqualTo(log(2, "Response: It rains."));
            assertThat(events.one()).isEqualTo(log(3, "Return: Running"));
            assertThat(events.rest())
                    .containsExactly(new Event(
                            "4", "task", api.as(ANN, "GET", "task/" + id).json()));
        }
    }

    @Test
    void aClientThatComesAgainGetsWhatItHasNotHad() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        api.complete(UUID.fromString(id), "It rains.", "one", "two");
        JsonNode task = api.as(ANN, "GET", "task/" + id).json();
        Event end = new Event("5", "task", task);
        try (Events events = follow(id, "2")) {
            assertThat(events.rest()).containsExactly(log(3, "Response: It rains."), log(4, "Return: Running"), end);
        }
        try (Events events = follow(id, "4")) {
            assertThat(events.rest()).containsExactly(end);
        }
        try (Events events = follow(id, "no number")) {
            assertThat(events.rest()).hasSize(6);
        }
        HttpResponse<Stream<String>> nothing = open(ANN, id, "5");
        assertThat(nothing.statusCode()).isEqualTo(204);
    }

    @Test
    void ofAVeryLongLogTheLinesThatAreKeptAreToldWithTheirOwnIndexes() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        String line = "x".repeat(8 << 10);
        api.complete(
                UUID.fromString(id),
                "end",
                Stream.generate(() -> line).limit(600).toArray(String[]::new));
        try (Events events = follow(id, "")) {
            List<Event> all = events.rest();
            int first = Integer.parseInt(all.getFirst().id());
            assertThat(first).isPositive();
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).id()).isEqualTo(Integer.toString(first + i));
            }
            assertThat(all.getLast())
                    .isEqualTo(new Event(
                            "603", "task", api.as(ANN, "GET", "task/" + id).json()));
        }
    }

    @Test
    void aTaskThatHasEndedIsToldAtOnce() {
        JsonNode task = api.run(ANN, "short", "{}");
        try (Events events = follow(task.path("id").asText(), "")) {
            assertThat(events.rest()).containsExactly(log(0, "Return: Running"), new Event("1", "task", task));
        }
    }

    @Test
    void theStreamEndsWhenTheTaskIsDeleted() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        try (Events events = follow(id, "")) {
            events.one();
            events.one();
            api.as(ANN, "DELETE", "task/" + id).expect(200);
            assertThat(events.rest())
                    .allSatisfy(event -> assertThat(event.data().toString()).doesNotContain("Response"));
        }
    }

    @Test
    void nobodyFollowsTheTasksOfOthers() {
        String id = api.run(ANN, "long", "{}").path("id").asText();
        assertThat(open(BEN, id, "").statusCode()).isEqualTo(404);
        assertThat(open(ANN, UUID.randomUUID().toString(), "").statusCode()).isEqualTo(404);
        assertThat(open(ANN, "x", "").statusCode()).isEqualTo(404);
    }
}
