package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * What came of a run of the sample workflow.
 *
 * @param run as it is read at the end, with the tasks of loops
 * @param readOrder the task {@code read_order} by itself
 * @param passes the page of {@code loopovertasks}
 * @param wrongAnswer what came of an answer that the task's schema does not allow
 * @param logLines of each task that logs
 * @param calls as the service saw them
 */
record Evidence(
        JsonNode run,
        JsonNode readOrder,
        JsonNode passes,
        Server.Reply wrongAnswer,
        Map<String, Integer> logLines,
        List<ServiceCall> calls) {}
