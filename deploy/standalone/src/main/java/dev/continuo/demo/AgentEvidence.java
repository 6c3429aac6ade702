package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.embedded.sample.SampleQuestion;
import java.util.List;

/**
 * What came of a task of the sample agent.
 *
 * @param agent as it is read
 * @param started the answer to its start
 * @param task as it is read at its end
 * @param told the lines of its log as they were told while it ran
 * @param callbacks in the order of their arrival
 * @param questions as the provider saw them
 */
record AgentEvidence(
        JsonNode agent,
        JsonNode started,
        JsonNode task,
        List<String> told,
        List<Callback> callbacks,
        List<SampleQuestion> questions) {}
