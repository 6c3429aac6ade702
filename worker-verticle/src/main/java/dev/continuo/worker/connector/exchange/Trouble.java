package dev.continuo.worker.connector.exchange;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What went wrong on the way, in words for the one who wrote the definition. */
public final class Trouble {

    /** The time for the response is over. */
    public static final class TimeUp extends RuntimeException {
        public TimeUp(Duration limit) {
            super("no complete response within " + limit.toMillis() / 1000.0 + " s", null, false, false);
        }
    }

    private Trouble() {}

    public static String describe(Throwable cause, Target target) {
        String place = target.host() + ":" + target.port();
        return switch (cause) {
            case TimeUp up -> up.getMessage();
            case Exchange.TooLong tooLong -> tooLong.getMessage();
            case EventParser.TooLong tooLong -> tooLong.getMessage();
            case EventExchange.Silent silent -> silent.getMessage();
            case Receiving.Full full -> full.getMessage();
            case UnknownHostException unknown -> "the host name " + target.host() + " cannot be resolved";
            case ConnectionPoolTooBusyException busy -> "too many requests are waiting for a connection to " + place;
            case NoRouteToHostException noRoute -> "there is no route to " + place;
            case ConnectException refused when timedOut(refused) -> "no connection to " + place + " in time";
            case ConnectException refused -> "the connection to " + place + " was refused";
            case SSLException tls -> "TLS with " + place + " failed: " + innermost(tls);
            case TooLongHttpHeaderException tooLong -> "the response's headers are too long";
            case TooLongHttpLineException tooLong -> "the response's first line is too long";
            case HttpClosedException closed ->
                "the connection to " + place + " was closed before the response was complete";
            case TimeoutException late -> "no connection to " + place + " in time";
            case DecoderException broken -> "the response is not valid HTTP: " + innermost(broken);
            case IllegalArgumentException broken -> "the response is not valid HTTP: " + innermost(broken);
            default -> "the exchange with " + place + " broke: " + innermost(cause);
        };
    }

    private static boolean timedOut(ConnectException e) {
        return String.valueOf(e.getMessage()).contains("timed out") || e.getCause() instanceof TimeoutException;
    }

    private static String innermost(Throwable cause) {
        Throwable inner = cause;
        for (int depth = 0; inner.getCause() != null && depth < 10; depth++) {
            inner = inner.getCause();
        }
        return inner.getMessage() == null ? inner.getClass().getSimpleName() : inner.getMessage();
    }
}
