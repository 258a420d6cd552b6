package io.forkscope.models.php;

import io.forkscope.core.memory.WriteSink;
import io.forkscope.core.model.ProcessMemory;
import io.forkscope.core.scenario.Step;
import java.util.List;

/** What stores into an array, its elements and their properties write. */
final class PhpWrites {

  private final ProcessMemory memory;
  private final PhpBuilder builder;
  private final PhpCollector collector;
  private final PhpRelease release;
  private final List<PhpPopulation> populations;

  PhpWrites(
      ProcessMemory memory,
      PhpBuilder builder,
      PhpCollector collector,
      PhpRelease release,
      List<PhpPopulation> populations) {
    this.memory = memory;
    this.builder = builder;
    this.collector = collector;
    this.release = release;
    this.populations = populations;
  }

  void take(Step step, PhpPopulation d) {
    if (step.verb().equals("append")) {
      append(d, PhpActions.number(step, "count", 1000));
      return;
    }
    long stride = PhpActions.number(step, "stride", 1);
    WriteSink sink = memory.sink(PhpCauses.MUTATION);
    if (step.verb().equals("delete")) {
      sink.write(d.header, PhpSizes.ARRAY_BYTES); // nNumOfElements
      if (d.isMap && stride == 1) {
        sink.writeRange(d.table, PhpSizes.hashSlotsBytes(d.capacity)); // no chain is left
      }
    }
    PhpChains chains = new PhpChains(d);
    for (long position = 0; position < d.count; position += stride) {
      long slot = d.slot(position);
      switch (step.verb()) {
        case "write-inner", "write-property" -> writePart(d, slot, sink);
        case "delete" -> {
          if (d.isMap && stride > 1 && !d.gone.contains(slot)) {
            sink.write(chains.leave(position), Integer.BYTES);
          }
          delete(d, position, slot, sink);
        }
        default -> replace(d, position, slot, sink);
      }
    }
    if (!d.isKeyed && List.of("delete", "write-element").contains(step.verb())) {
      long behind = (d.count + stride - 1) / stride * stride;
      for (long position = behind; position < d.end(); position += stride) {
        sink.write(d.element(position), PhpSizes.ZVAL_BYTES); // a number that was appended
      }
    }
  }

  /** zend_hash_del: the key's end, and the value's. */
  private void delete(PhpPopulation d, long position, long slot, WriteSink sink) {
    PhpNode key = d.key;
    if (key != null && key.refcounted() && !d.gone.contains(slot)) {
      release.value(d, key, slot, d.digits(slot));
    }
    replace(d, position, slot, sink);
  }

  /** zend_assign_to_variable, or zend_hash_index_del: the zval, and the old value's end. */
  private void replace(PhpPopulation d, long position, long slot, WriteSink sink) {
    if (slot < d.references.count()) {
      sink.write(d.references.address(slot), PhpSizes.REFERENCE_BYTES);
    } else {
      sink.write(d.element(position), PhpSizes.ZVAL_BYTES);
    }
    if (d.gone.contains(slot)) {
      return;
    }
    if (d.value.cyclic) {
      collector.leave(d, slot, populations);
    } else {
      forget(d.allRoots(), slot);
      release.value(d, d.value, slot, d.digits(slot));
    }
    d.gone.add(slot, slot + 1);
  }

  /** The first property or element, whose old value is let go. */
  private void writePart(PhpPopulation d, long slot, WriteSink sink) {
    if (d.gone.contains(slot)) {
      return;
    }
    PhpNode node = d.value;
    int parts = node.parts.size();
    long address =
        switch (node.layout) {
          case OBJECT -> d.roles[node.header].address(slot) + PhpSizes.objectBytes(0);
          case PACKED -> d.roles[node.data].address(slot) + 8;
          default ->
              d.roles[node.data].address(slot) + PhpSizes.hashSlotsBytes(PhpSizes.capacity(parts));
        };
    sink.write(address, PhpSizes.ZVAL_BYTES);
    PhpNode part = node.parts.get(0);
    if (!node.cyclic && part.refcounted() && !d.firstGone.contains(slot)) {
      forget(List.of(d.firstRoots), slot);
      release.value(d, part, slot, d.digits(slot));
      d.firstGone.add(slot, slot + 1);
    }
  }

  private void forget(List<PhpRoots> kinds, long slot) {
    for (PhpRoots kind : kinds) {
      if (kind.in().contains(slot)) {
        kind.in().remove(slot);
        collector.giveBack(kind.each(), 1);
      }
    }
  }

  /** {@code $d[] = $i}: the table doubles when it is full. */
  private void append(PhpPopulation d, long count) {
    WriteSink sink = memory.sink(PhpCauses.MUTATION);
    sink.write(d.header, PhpSizes.ARRAY_BYTES);
    for (long left = count; left > 0; ) {
      if (d.end() == d.capacity) {
        builder.grow(d, d.end(), PhpCauses.ALLOCATION);
      }
      long fit = Math.min(left, d.capacity - d.end());
      sink.writeRange(d.element(d.end()), d.element(d.end() + fit) - d.element(d.end()));
      if (d.isMap) {
        sink.writeRange(PhpChains.head(d, d.appended), Integer.BYTES * fit);
      }
      d.appended += fit;
      left -= fit;
    }
  }

  /** Frees an array; its cycles become garbage. */
  void unset(PhpPopulation d) {
    if (!d.value.cyclic) {
      collector.forget(d);
      release.array(d);
      return;
    }
    collector.forgetArray(d);
    for (long position = 0; position < d.count; position++) {
      long slot = d.slot(position);
      if (!d.gone.contains(slot)) {
        collector.leave(d, slot, populations);
        d.gone.add(slot, slot + 1);
      }
    }
    release.table(d);
  }
}
