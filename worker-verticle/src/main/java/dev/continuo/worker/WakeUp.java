package dev.continuo.worker;

import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An event that says that a task waits for a worker.
 *
 * @param claims how often the task was asked for in vain
 */
record WakeUp(UUID taskId, ConsumerRecord<byte[], byte[]> received, int claims) {
    WakeUp again() {
        return new WakeUp(taskId, received, claims + 1);
    }
}
