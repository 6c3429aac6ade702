package dev.continuo.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.spi.FilterReply;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Where log lines go: never to standard output, which belongs to what a command answers. Set up in code, because reading
 * XML would take a tenth of a second of every start.
 */
public final class Logging {
    private static final String PATTERN =
            "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\",UTC} %-5level [%thread] %logger{20} - %msg%n";
    private static final List<String> TALKATIVE =
            List.of("kafka", "org.apache.kafka", "state.change.logger", "org.flywaydb");
    /** Complains of what servers say that anybody may have configured; their failures are told where they matter. */
    private static final List<String> HEARSAY = List.of("io.modelcontextprotocol");

    /** Warnings of an embedded broker about what is normal for it: that it is alone, and that it stops. */
    private static final List<String> ALARMIST = List.of(
            "org.apache.kafka.controller.QuorumController",
            "org.apache.kafka.clients.NetworkClient",
            "kafka.server.DefaultAutoTopicCreationManager");

    private Logging() {}

    /** Information to files of the directory (60 MB at most, a week at most), warnings to standard error as well. */
    public static void toFiles(Path directory) {
        LoggerContext context = reset();
        ALARMIST.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
        root(context).addAppender(file(context, directory));
        ConsoleAppender<ILoggingEvent> console = console(context, Level.WARN);
        console.addFilter(new Rereading());
        root(context).addAppender(console);
    }

    /**
     * An embedded broker that was killed reads its groups twice at the next start, and calls it an error that the first
     * reading ends. That is for its log alone.
     */
    static final class Rereading extends Filter<ILoggingEvent> {
        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean ended = event.getThrowableProxy() != null
                    && event.getThrowableProxy().getClassName().endsWith(".NotLeaderOrFollowerException")
                    && event.getLoggerName().endsWith(".CoordinatorRuntime");
            return ended ? FilterReply.DENY : FilterReply.NEUTRAL;
        }
    }

    /** Everything from information on to standard error, for a process whose output somebody collects. */
    public static void toStandardError() {
        LoggerContext context = reset();
        root(context).addAppender(console(context, Level.INFO));
    }

    /** Only what went wrong, to standard error. */
    public static void quiet() {
        LoggerContext context = reset();
        root(context).addAppender(console(context, Level.ERROR));
    }

    private static LoggerContext reset() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        root(context).setLevel(Level.INFO);
        for (String name : TALKATIVE) {
            context.getLogger(name).setLevel(Level.WARN);
        }
        HEARSAY.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
        return context;
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, Level from) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(from.toString());
        filter.start();
        appender.addFilter(filter);
        start(context, appender);
        return appender;
    }

    private static RollingFileAppender<ILoggingEvent> file(LoggerContext context, Path directory) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(directory.resolve("continuo.log").toString());
        SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(directory.resolve("continuo.%d.%i.log").toString());
        policy.setMaxFileSize(FileSize.valueOf("10MB"));
        policy.setMaxHistory(7);
        policy.setTotalSizeCap(FileSize.valueOf("50MB"));
        policy.start();
        appender.setRollingPolicy(policy);
        start(context, appender);
        return appender;
    }

    private static void start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }
}
