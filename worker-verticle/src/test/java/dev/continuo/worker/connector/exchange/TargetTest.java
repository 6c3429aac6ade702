package dev.continuo.worker.connector.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://Example.org | http://example.org/ | example.org | 80",
                "HTTPS://example.org:443/a?b=1#c | https://example.org/a?b=1 | example.org | 443",
                "http://my_service:8080/x | http://my_service:8080/x | my_service | 8080",
                "http://[::1]:81/ | http://[::1]:81/ | ::1 | 81",
                "' http://h/%20 ' | http://h/%20 | h | 80",
            })
    void aUrlIsTakenApart(String url, String normal, String host, int port) {
        Target target = Target.parse(url, "_url");
        assertThat(target.url()).isEqualTo(normal);
        assertThat(target.host()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://h/a/b?x=1 | c | http://h/a/c | true",
                "http://h/a/b | /c?y=2 | http://h/c?y=2 | true",
                "http://h/a | https://h/a | https://h/a | false",
                "http://h/a | //other/b | http://other/b | false",
                "http://h/a | http://h:8080/a | http://h:8080/a | false",
                "http://h/a | ftp://h/a | '' | false",
                "http://h/a | http://u:p@h/a | '' | false",
                "http://h/a | http:// bad | '' | false",
            })
    void aLocationIsResolvedAgainstItsRequest(String url, String location, String to, boolean sameOrigin) {
        Target from = Target.parse(url, "_url");
        assertThat(from.redirectedTo(location).map(Target::url).orElse("")).isEqualTo(to);
        assertThat(from.redirectedTo(location).filter(from::sameOrigin).isPresent())
                .isEqualTo(sameOrigin);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://h/a?page=1&author=x | http://h/a?page=1&author=x",
                "http://h/a?api_key=x&sig=y&X-Token=z&page=1 | http://h/a?api_key=***&sig=***&X-Token=***&page=1",
                "http://h/a?client%5Fsecret=x&flag | http://h/a?client%5Fsecret=***&flag",
            })
    void secretsInAQueryAreNotShown(String url, String shown) {
        assertThat(Target.parse(url, "_url").shown()).isEqualTo(shown);
    }
}
