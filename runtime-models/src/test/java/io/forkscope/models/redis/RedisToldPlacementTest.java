package io.forkscope.models.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forkscope.core.model.RuntimeModelProvider;
import io.forkscope.models.ToldRun;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves a server's blocks to where they are said to have lain. */
final class RedisToldPlacementTest {
  private static final String SET = "strings.set.bytes80.writes4000";
  private static final int COUNT = 1000;
  private static final int PAGE = 4096;

  private final RuntimeModelProvider provider = new RedisProvider();

  @Test
  void entriesThatLieApartBreakAPageEach() {
    long close = broken(SET, told(RedisSizes.ENTRY));
    long apart = broken(SET, told(PAGE));

    // 4,000 SETs of 1,000 keys leave 18 of them alone: 1000 * exp(-4)
    assertThat(apart - close).isBetween(960L, 990L);
  }

  @Test
  void aBlockThatIsGivenBackIsTakenAgainWhereItWasMovedTo() {
    Map<String, long[]> told = told(RedisSizes.ENTRY);
    long close = broken(SET, told);
    told.put(RedisTeller.BLOCK, ToldRun.addresses(9L << 32, COUNT, PAGE));

    // each SET takes the block of the value that the one before has overwritten
    assertThat(broken(SET, told) - close).isBetween(930L, 990L);
  }

  @Test
  void keysThatAreNotToldOfAreRefused() {
    Map<String, long[]> told = told(RedisSizes.ENTRY);
    long[] objects = ToldRun.addresses(5L << 32, COUNT, 16);
    objects[77] = 0;
    told.put(RedisTeller.OBJECT, objects);
    assertThatThrownBy(() -> broken(SET, told))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no address of key 77 (column object)");

    told.remove(RedisTeller.ENTRY);
    assertThatThrownBy(() -> broken(SET, told))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no address of key 0 (column entry)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"strings.set.libc", "strings.set.thp", "strings.del.keep3"})
  void whatElseWouldHaveToBeToldIsSaid(String name) {
    assertThatThrownBy(() -> broken(name, told(RedisSizes.ENTRY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would have to be told too");
  }

  /** Close together, but for entries, which lie so far apart. */
  private static Map<String, long[]> told(long entryStep) {
    Map<String, long[]> told = new HashMap<>();
    told.put(RedisTeller.ENTRY, ToldRun.addresses(1L << 32, COUNT, entryStep));
    told.put(RedisTeller.NAME, ToldRun.addresses(3L << 32, COUNT, 24));
    told.put(RedisTeller.OBJECT, ToldRun.addresses(5L << 32, COUNT, 16));
    told.put(RedisTeller.BLOCK, ToldRun.addresses(7L << 32, COUNT, 96));
    return told;
  }

  private long broken(String name, Map<String, long[]> told) {
    return ToldRun.broken(provider, "7.0", name, COUNT, told);
  }
}
