package io.forkscope.models.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisNamesTest {
  private final RedisNames padded = RedisNames.of(40, 90_000, 1, true);
  private final RedisNames plain = RedisNames.of(16, 90_000, 1, false);

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99_999, Keyspace.MOST_KEYS})
  void aNameIsReadAsItsKey(long key) {
    assertThat(padded.key(padded.name(key))).isEqualTo(key);
    assertThat(plain.key(plain.name(key))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "keb", "keb:", "keb:12x", "kea:0001", "keb:-1", "keb:9999999999999999999"})
  void whatIsNoNameIsNoKey(String name) {
    assertThat(padded.key(name)).isEqualTo(-1);
  }
}
